"""The way back, and what killed runs leave. Every step of a switch is interrupted once."""

import os
from typing import Any, Callable, Dict, List
from unittest import mock

from diskless_master.layout import read_lines
from diskless_master.undo import abandon_switch, begin_undo, recover_releases, recover_switch, undo_last, undo_switch
from switching import SwitchCase


class Killed(BaseException):
    """The end of a run at one of its steps."""


class UndoTest(SwitchCase):
    def test_the_last_switch_is_taken_back(self) -> None:
        self.put('etc/a', 'by hand\n', 0o600)
        first = self.state()
        self.switch.to('1', 'activate')
        second = self.state()
        written = self.read('srv/diskless/lab/host/written')
        self.switch.to('2', 'activate')
        undo_last(self.switch, True)
        self.assertIn('would take back the switch from 1 to 2', self.said())
        undo_last(self.switch, False)
        found = self.state()
        self.assertEqual((found, self.layout.active()), (second, '1'))
        self.assertEqual(self.read('srv/diskless/lab/host/written'), written)
        with self.stops('there is no switch to take back'):
            undo_last(self.switch, False)
        self.assertNotEqual(first, second)

    def test_the_first_switch_is_taken_back(self) -> None:
        self.put('etc/a', 'by hand\n', 0o600)
        os.symlink('/elsewhere', self.folder + '/tftpboot')
        before = self.state()
        self.switch.to('1', 'activate')
        undo_last(self.switch, False)
        self.assertEqual((self.state(), self.layout.active()), (before, ''))
        self.assertIn('active: none', self.said())
        self.assertFalse(os.path.exists(self.layout.host + '/written'))

    def test_a_switch_that_was_not_the_last(self) -> None:
        self.switch.to('1', 'activate')
        self.layout.point('2')
        with self.stops('there is no switch to take back'):
            undo_last(self.switch, False)

    def interrupted(self, action: Callable[[], None], step: int) -> bool:
        """Runs something that ends at one of its renames, links or removals; False if it has less of them."""
        calls = []  # type: List[int]

        def stop_at(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **options: Any) -> Any:
                calls.append(1)
                if len(calls) == step:
                    raise Killed()
                return real(*arguments, **options)
            return call

        patches = [mock.patch.object(os, name, stop_at(getattr(os, name))) for name in ('rename', 'unlink', 'symlink', 'mkdir', 'rmdir')]
        for patch in patches:
            patch.start()
        try:
            action()
            return False
        except Killed:
            return True
        finally:
            for patch in patches:
                patch.stop()

    def each_step(self, prepare: Callable[[], None], action: Callable[[], None], check: Callable[[int], None]) -> int:
        for step in range(1, 200):
            self.doCleanups()
            self.setUp()
            prepare()
            if not self.interrupted(action, step):
                return step
            check(step)
        raise AssertionError('too many steps')

    def test_a_switch_that_is_killed_is_done_or_never_began(self) -> None:
        states = {}  # type: Dict[str, Dict[str, str]]

        def prepare() -> None:
            self.put('etc/a', 'by hand\n')
            self.switch.to('1', 'activate')
            self.put('etc/new/b', 'by hand\n')
            states['1'] = self.state()

        prepare()
        self.switch.to('2', 'activate')
        states['2'] = self.state()

        def check(step: int) -> None:
            recover_switch(self.switch)
            recover_releases(self.switch)
            active = self.layout.active()
            self.assertEqual(self.state(), states[active], step)
            left = [name for name in os.listdir(self.layout.host) if name not in ('undo', 'written', 'kept')]
            self.assertEqual((left, sorted(os.listdir(self.layout.base))), ([], ['active', 'history', 'host', 'releases']), step)
            self.switch.to('2', 'activate')
            self.assertEqual(self.state(), states['2'], step)
            self.assertEqual([line.split('\t')[2] for line in read_lines(self.layout.history)], ['1', '2'])

        self.assertGreater(self.each_step(prepare, lambda: self.switch.to('2', 'activate'), check), 15)

    def test_a_switch_that_fails_is_taken_back(self) -> None:
        states = []  # type: List[Dict[str, str]]

        def prepare() -> None:
            self.switch.to('1', 'activate')
            states[:] = [self.state()]

        def check(step: int) -> None:
            abandon_switch(self.switch)
            if os.path.exists(self.switch.begun):
                begin_undo(self.switch, self.switch.begun)
                undo_switch(self.switch)
            if self.layout.active() == '1':
                self.assertEqual(self.state(), states[0], step)

        self.assertGreater(self.each_step(prepare, lambda: self.switch.to('2', 'activate'), check), 15)

    def test_an_undo_that_is_killed_is_finished(self) -> None:
        states = []  # type: List[Dict[str, str]]

        def prepare() -> None:
            self.switch.to('1', 'activate')
            states[:] = [self.state()]
            self.switch.to('2', 'activate')

        def check(step: int) -> None:
            recover_switch(self.switch)
            if step > 1:
                self.assertEqual((self.state(), self.layout.active()), (states[0], '1'), step)

        self.assertGreater(self.each_step(prepare, lambda: undo_last(self.switch, False), check), 8)

    def test_what_killed_runs_left_of_releases(self) -> None:
        for name in ('.3.partial', '.3.work', '.3.partial.failed', '.1.replaced', '.4.replaced', '1/boot/.kernels.partial'):
            self.put('srv/diskless/lab/releases/%s/x' % name)
        self.put('srv/diskless/lab/state/.work/x')
        self.put('srv/diskless/lab/host/.gone/x')
        recover_releases(self.switch)
        self.assertEqual(sorted(os.listdir(self.layout.releases)), ['1', '2', '4'])
        self.assertEqual((os.listdir(self.layout.state), os.listdir(self.layout.host)), ([], []))
        self.assertEqual(sorted(os.listdir(self.layout.release('1') + '/boot')), ['1'])
