"""The history of switches."""

import os
from typing import Any
from unittest import mock

from diskless_master.history import keep_kernels, may_run, remember, replaced_by_active
from diskless_master.layout import append_line, read_lines
from sample import Case


class HistoryTest(Case):
    def setUp(self) -> None:
        super().setUp()
        for version in ('1', '2', '3'):
            self.release(version)

    def test_a_killed_run_does_not_write_its_line_twice(self) -> None:
        remember(self.layout, 'activate', '1', '')
        remember(self.layout, 'activate', '1', '')
        remember(self.layout, 'activate', '2', '1')
        lines = read_lines(self.layout.history)
        self.assertEqual([line.split('\t')[1:] for line in lines], [['activate', '1', '-'], ['activate', '2', '1']])
        self.assertRegex(lines[0], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\t')

    def test_half_a_line(self) -> None:
        self.put('srv/diskless/lab/history', '2026-01-01T00:00:00Z\tactiv')
        remember(self.layout, 'activate', '1', '')
        self.assertEqual(len(read_lines(self.layout.history)), 2)

    def test_the_release_that_a_rollback_goes_to(self) -> None:
        self.assertEqual(replaced_by_active(self.layout), '')
        for action, version, before, expected in (('activate', '1', '', ''), ('activate', '2', '1', '1'), ('rollback', '1', '2', ''),
                                                  ('activate', '3', '1', '1'), ('activate', '2', '3', '3')):
            remember(self.layout, action, version, before)
            self.layout.point(version)
            self.assertEqual(replaced_by_active(self.layout), expected)
        append_line(self.layout.history, 'rubbish')
        self.assertEqual(replaced_by_active(self.layout), '3')

    def test_which_releases_a_node_may_run(self) -> None:
        self.assertTrue(may_run(self.layout, '3'))
        remember(self.layout, 'activate', '1', '')
        self.layout.point('2')
        self.assertTrue(may_run(self.layout, '1'))
        self.assertTrue(may_run(self.layout, '2'))
        self.assertFalse(may_run(self.layout, '3'))

    def test_kernels_of_the_active_release_are_kept(self) -> None:
        self.put('srv/diskless/lab/releases/2/boot/2/golden/vmlinuz', 'two')
        self.put('srv/diskless/lab/releases/3/boot/1/golden/vmlinuz', 'one')
        self.put('srv/diskless/lab/releases/3/boot/3/golden/vmlinuz', 'three')
        self.put('srv/diskless/lab/releases/3/boot/.kernels.partial/x', 'of a killed run')
        keep_kernels(self.layout, '2', '3')
        self.assertEqual(sorted(os.listdir(self.layout.release('3') + '/boot')), ['2', '3'])
        self.assertEqual(os.stat(self.layout.release('2') + '/boot/2/golden/vmlinuz').st_nlink, 2)
        keep_kernels(self.layout, '2', '3')
        keep_kernels(self.layout, '', '3')
        keep_kernels(self.layout, '3', '3')

    def test_kernels_are_copied_where_links_are_impossible(self) -> None:
        self.put('srv/diskless/lab/releases/2/boot/2/golden/vmlinuz', 'two')
        with mock.patch.object(os, 'link', side_effect=OSError(18, 'cross-device')):
            keep_kernels(self.layout, '2', '3')
        self.assertEqual(self.read('srv/diskless/lab/releases/3/boot/2/golden/vmlinuz'), 'two')

    def test_a_full_disk(self) -> None:
        self.put('srv/diskless/lab/releases/2/boot/2/vmlinuz', 'two')

        def full(*_: Any) -> None:
            raise OSError(28, 'full')

        with mock.patch('diskless_master.history.os.mkdir', full), self.stops('cannot keep the kernels of release 2'):
            keep_kernels(self.layout, '2', '3')
