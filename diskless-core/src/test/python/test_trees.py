"""The trees of nodes."""

import os
import shutil
import unittest
from typing import Any, List
from unittest import mock

from diskless_master import trees
from diskless_master.manifest import Manifest
from diskless_master.sharing import Sharing
from diskless_master.trees import Trees, need_squash, warn_of_room
from sample import Case, only_root

NODE = 'first\t192.0.2.1\t%s\tgolden\tcompute\n'


@only_root
class TreesTest(Case):
    def setUp(self) -> None:
        super().setUp()
        for name in ('etc/motd', 'etc/issue', 'usr/bin/su', 'var/old/deep/file', 'root/x'):
            self.put('partial/images/golden/' + name, 'image')
        self.put('partial/groups/compute/etc/motd', 'group', 0o600)
        self.put('partial/groups/compute/usr/local', 'group')
        self.put('partial/nodes/first/etc/hostname', 'node')
        os.chmod(self.folder + '/partial/images/golden/usr/bin/su', 0o4755)
        os.chown(self.folder + '/partial/nodes/first/etc/hostname', 1, 2)
        self.tree = self.folder + '/partial/192.0.2.1/'

    def make(self, mode: str, deleted: str = '') -> None:
        Trees(self.staging(NODE % mode, '', deleted)).make()

    def names(self) -> List[str]:
        return sorted(os.path.join(folder, name)[len(self.tree):] for folder, _, files in os.walk(self.tree) for name in files)

    def test_a_full_tree(self) -> None:
        os.makedirs(self.folder + '/partial/nodes/first/var', 0o755)
        self.make('full', 'groups/compute\twhiteout\tvar/old\nnodes/first\treplace\tetc/issue\n')
        self.assertEqual(self.names(), ['etc/hostname', 'etc/motd', 'root/x', 'usr/bin/su', 'usr/local'])
        self.assertEqual(os.stat(self.tree + 'usr/bin/su').st_mode & 0o7777, 0o4755)
        self.assertEqual(os.stat(self.tree + 'etc/motd').st_mode & 0o7777, 0o600)
        status = os.stat(self.tree + 'etc/hostname')
        self.assertEqual((status.st_uid, status.st_gid, status.st_nlink), (1, 2, 1))

    def test_a_shared_tree(self) -> None:
        self.make('shared')
        self.assertEqual(self.names(), ['etc/hostname', 'etc/issue', 'etc/motd', 'root/x', 'var/old/deep/file'])

    def test_other_nodes_have_no_tree(self) -> None:
        for mode in ('overlay', 'ram'):
            self.make(mode)
        self.assertFalse(os.path.exists(self.tree))

    def test_a_full_disk(self) -> None:
        with mock.patch.object(trees, 'need_success', side_effect=OSError(28, 'No space left on device')), \
                self.stops(r'cannot write the tree of first: is the disk full\? \(No space left on device\)'):
            self.make('full')
        shutil.rmtree(self.folder + '/partial/nodes')
        with self.stops('cannot write the tree of first: .*tar: '):
            self.make('full')

    def test_whiteouts(self) -> None:
        staging = self.staging(NODE % 'overlay', '', 'groups/compute\twhiteout\tetc/issue\nnodes/first\treplace\tetc\n'
                               'nodes/second\twhiteout\tetc/x\n')
        os.utime(self.folder + '/partial/groups/compute/etc', (5, 6))
        Trees(staging).make_whiteouts(['nodes/second'])
        status = os.lstat(self.folder + '/partial/groups/compute/etc/issue')
        self.assertEqual((status.st_mode & 0o170000, status.st_rdev), (0o020000, 0))
        self.assertEqual(os.stat(self.folder + '/partial/groups/compute/etc').st_mtime, 6)

    def test_a_warning_where_the_room_is_too_small(self) -> None:
        os.makedirs(self.folder + '/measured')
        staging = self.staging(NODE % 'full')
        for size, warning in (('1', ''), ('9' * 18, r'warning: up to \d+ MB are to be written to .*/releases, and \d+ MB are free there')):
            staging.manifest = Manifest('./images/golden/x type=file size=%s\n' % size, True)
            warn_of_room(staging, Sharing(self.layout, '2', staging.manifest), self.folder + '/measured')
            self.assertRegex(self.said(), '^(install: )?%s' % warning)
            os.unlink(self.folder + '/measured/probe')


@only_root
@unittest.skipUnless(shutil.which('mksquashfs'), 'NOT TESTED: root: ram needs mksquashfs; apt-get install squashfs-tools')
class SquashTest(Case):
    def squash(self, version: str, like: str) -> str:
        self.put('partial/images/golden/etc/motd', 'image')
        staging = self.staging(NODE % 'ram')
        line = './images/golden/etc/motd type=file'
        staging.manifest = Manifest(line, True)
        self.release(version)
        self.put('srv/diskless/lab/releases/%s/META-INF/diskless/manifest' % version, line + '\n')
        Trees(staging).squash_images(Sharing(self.layout, like, staging.manifest), like != '')
        os.rename(self.folder + '/partial/ram', self.layout.release(version) + '/ram')
        return self.layout.release(version) + '/ram/golden/image.squashfs'

    def test_the_same_image_is_one_file(self) -> None:
        first = self.squash('1', '')
        self.assertIn('ram/golden/image.squashfs: 1 MB in the memory of each node', self.said())
        second = self.squash('2', '1')
        self.assertTrue(os.path.samefile(first, second))
        with open(first, 'ab') as file:
            file.write(b'damage')
        third = self.squash('3', '2')
        self.assertFalse(os.path.samefile(first, third))
        with mock.patch.object(os, 'link', side_effect=OSError(18, 'cross-device')):
            self.assertFalse(os.path.samefile(third, self.squash('4', '3')))

    def test_an_old_program(self) -> None:
        need_squash()

        def run(*_: Any, **__: Any) -> str:
            raise trees.Stop('invalid option')

        with mock.patch.object(trees, 'need_success', run), self.stops(r'install squashfs-tools 4\.4 or newer, with zstd \(invalid option\)'):
            need_squash()
