"""Paths of a cluster, and small steps with files."""

import os
from unittest import mock

from diskless_master import layout
from diskless_master.layout import Layout
from sample import Case


class LayoutTest(Case):
    def test_paths(self) -> None:
        at = Layout('/d', '/srv/diskless', 'lab')
        self.assertEqual(at.release('1'), '/d/srv/diskless/lab/releases/1')
        self.assertEqual(at.meta('1', 'trees'), '/d/srv/diskless/lab/releases/1/META-INF/diskless/trees')
        self.assertEqual(at.partial('1'), '/d/srv/diskless/lab/releases/.1.partial')
        self.assertEqual(at.on_host('/etc/hosts'), '/d/etc/hosts')

    def test_nothing_is_installed(self) -> None:
        self.assertEqual(self.layout.installed(), [])
        self.assertEqual(self.layout.active(), '')
        self.assertFalse(self.layout.is_installed('1'))

    def test_installed_releases(self) -> None:
        self.release('2')
        self.release('10')
        os.mkdir(self.layout.releases + '/.3.partial')
        os.mkdir(self.layout.releases + '/4')
        self.put('srv/diskless/lab/releases/file')
        self.assertEqual(self.layout.installed(), ['10', '2', '4'])
        self.assertTrue(self.layout.is_installed('10'))
        self.assertFalse(self.layout.is_installed('4'))

    def test_the_active_release(self) -> None:
        self.release('1')
        os.symlink('old', self.layout.base + '/.active.new')  # of a killed run
        self.layout.point('1')
        self.assertEqual(self.layout.active(), '1')
        self.layout.point('2')
        self.assertEqual(self.layout.active(), '2')
        self.assertEqual(sorted(os.listdir(self.layout.base)), ['active', 'releases'])

    def test_a_full_disk_at_a_flush(self) -> None:
        os.makedirs(self.layout.releases)
        self.layout.flush()
        with mock.patch.object(layout, 'run', lambda arguments: (1, '')), self.stops('is the disk full'):
            self.layout.flush()

    def test_discarding_a_directory(self) -> None:
        self.put('srv/diskless/lab/host/journal/list')
        self.put('srv/diskless/lab/host/.gone/of-a-killed-run')
        self.layout.discard(self.layout.host + '/journal')
        self.assertEqual(os.listdir(self.layout.host), [])

    def test_removing_trees(self) -> None:
        outside = self.put('outside/file')
        tree = self.folder + '/tree'
        os.makedirs(tree + '/a/b')
        os.symlink(self.folder + '/outside', tree + '/link')
        os.symlink(self.folder + '/outside', self.folder + '/top')
        os.symlink('nowhere', self.folder + '/dangling')
        for path in (tree, self.folder + '/top', self.folder + '/dangling', self.folder + '/none'):
            layout.remove_tree(path)
            self.assertFalse(layout.exists(path))
        self.assertTrue(os.path.exists(outside))

    def test_lines_end_at_line_feeds_only(self) -> None:
        self.assertEqual(layout.split_lines(''), [])
        self.assertEqual(layout.split_lines('\n'), [''])
        self.assertEqual(layout.split_lines('a\rb\x0bc\x85d\u2028e\n\nf'), ['a\rb\x0bc\x85d\u2028e', '', 'f'])

    def test_texts_are_bytes(self) -> None:
        layout.write_text(self.folder + '/a', 'x\udcff\n')
        layout.append_line(self.folder + '/a', 'ü')
        with open(self.folder + '/a', 'rb') as file:
            self.assertEqual(file.read(), b'x\xff\n\xc3\xbc\n')
        self.assertEqual(layout.read_lines(self.folder + '/a'), ['x\udcff', 'ü'])
        self.assertEqual(layout.read_text(self.folder + '/none'), '')
        layout.replace_text(self.folder + '/a', self.folder + '/b', 'new')
        self.assertEqual(layout.read_text(self.folder + '/a'), 'new')
        self.assertFalse(layout.exists(self.folder + '/b'))

    def test_copies_have_the_time_and_mode(self) -> None:
        source = self.put('a', 'x', 0o640)
        os.utime(source, ns=(5, 1234567890123456789))
        os.symlink('a', self.folder + '/link')
        layout.copy_entry(source, self.folder + '/b')
        layout.copy_entry(self.folder + '/link', self.folder + '/c')
        status = os.stat(self.folder + '/b')
        self.assertEqual((status.st_mode & 0o777, status.st_mtime_ns), (0o640, 1234567890123456789))
        self.assertEqual(os.readlink(self.folder + '/c'), 'a')
        self.assertTrue(layout.is_plain_file(self.folder + '/b'))
        self.assertFalse(layout.is_plain_file(self.folder + '/c'))
        layout.keep_time(self.folder + '/b', self.put('d'))
        self.assertEqual(os.stat(self.folder + '/d').st_mtime_ns, 1234567890123456789)

    def test_missing_programs(self) -> None:
        layout.need_tools(['sh', 'cp'])
        with self.stops(r'^missing programs: none-a, none-b\. Install them\.$'):
            layout.need_tools(['none-a', 'sh', 'none-b'])

    def test_another_cluster_of_this_machine(self) -> None:
        self.assertIsNone(layout.only_other_cluster(self.layout))
        self.release('1')
        self.layout.point('1')
        self.put('srv/diskless/other/file')
        self.assertIsNone(layout.only_other_cluster(self.layout))
        os.symlink('releases/1', self.folder + '/srv/diskless/other/active')
        self.assertEqual(layout.only_other_cluster(self.layout), 'other')
