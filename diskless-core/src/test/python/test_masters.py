"""Which of several masters this machine is."""

import os
from typing import Any
from unittest import mock

from diskless_master import masters
from diskless_master.bundle import Bundle
from diskless_master.masters import choose_master, is_for_several
from sample import Case, SampleBundle

ALL = {'one': '192.0.2.1', 'two': '192.0.2.2'}


class MastersTest(Case):
    def here(self, name: str, addresses: str) -> None:
        for patch in (mock.patch.object(os, 'uname', lambda: mock.Mock(nodename=name)),
                      mock.patch.object(masters, 'run', lambda _: (0, addresses))):
            patch.start()
            self.addCleanup(patch.stop)

    def test_a_name_decides(self) -> None:
        self.here('two', '')
        self.assertEqual(choose_master(ALL, 'one'), 'one')
        with self.stops('the bundle has no master three. Its masters are:\n  one\n  two'):
            choose_master(ALL, 'three')

    def test_the_name_of_the_machine(self) -> None:
        self.here('two.example.com', '')
        self.assertEqual(choose_master(ALL, ''), 'two')
        self.assertIn('this machine is the master two, by its name', self.said())

    def test_an_address_of_the_machine(self) -> None:
        self.here('x', '1: lo    inet 127.0.0.1/8 scope host lo\n2: eth0    inet 192.0.2.2/24 brd 192.0.2.255 scope global\nrubbish')
        self.assertEqual(choose_master(ALL, ''), 'two')
        self.assertIn('by its address 192.0.2.2', self.said())

    def test_no_address_or_several(self) -> None:
        self.here('x', '')
        with self.stops('this machine, x, has neither the name nor an address of a master'):
            choose_master(ALL, '')
        self.here('one', '2: eth0    inet 192.0.2.2/24 x')
        with self.stops('may be one, by its name, or two, by its address 192.0.2.2. Choose one with --master NAME'):
            choose_master(ALL, '')

    def test_without_ip(self) -> None:
        def run(arguments: Any) -> Any:
            if arguments[0] == 'ip':
                raise FileNotFoundError(2, 'none', 'ip')
            return 0, '10.0.0.1 192.0.2.1 '

        self.here('x', '')
        with mock.patch.object(masters, 'run', run):
            self.assertEqual(choose_master(ALL, ''), 'one')
        with mock.patch.object(masters, 'run', side_effect=FileNotFoundError(2, 'none')), self.stops('has neither'):
            choose_master(ALL, '')

    def test_bundles_for_several_masters(self) -> None:
        sample = SampleBundle()
        self.assertFalse(is_for_several(Bundle(sample.write(self.folder + '/b'))))
        sample.meta['masters/one/trees'] = ''
        self.assertTrue(is_for_several(Bundle(sample.write(self.folder + '/b'))))
