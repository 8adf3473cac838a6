"""Files that two releases have in common."""

import hashlib
import os
from typing import List
from unittest import mock

from diskless_master.bundle import Bundle
from diskless_master.manifest import Manifest
from diskless_master.sharing import Sharing
from diskless_master.unpack import UnpackedCheck, unpack
from sample import META, TIME, Case, SampleBundle, escape, only_root


@only_root
class SharingTest(Case):
    def install(self, groups: List[List[str]], more: str = '') -> None:
        """Release 1, in which the names of a group are one file."""
        self.release('1', {META + 'manifest': self.manifest(groups) + more})
        for names in groups:
            first = self.put('srv/diskless/lab/releases/1/' + names[0], 'same')
            os.utime(first, (TIME, TIME))
            for name in names[1:]:
                os.link(first, self.layout.release('1') + '/' + name)

    def manifest(self, groups: List[List[str]]) -> str:
        lines = []  # type: List[str]
        digest = hashlib.sha256(b'same').hexdigest()
        for names in groups:
            for name in names:
                link = '' if name == names[0] else ' hardlink=./' + escape(names[0])
                lines.append('./%s type=file mode=0644 uid=0 gid=0 time=%d.0 size=4 sha256digest=%s%s\n' % (escape(name), TIME, digest, link))
        return ''.join(lines)

    def find(self, groups: List[List[str]], is_thorough: bool = False, has_links: bool = True) -> Sharing:
        sharing = Sharing(self.layout, '1', Manifest(self.manifest(groups), has_links))
        sharing.find(is_thorough)
        return sharing

    def test_equal_files(self) -> None:
        names = ['images/a', 'groups/a', 'nodes/a', 'boot/a']
        self.install([[name] for name in names + ['master/a', 'images/only-old', 'images/nl\nb', 'images/b\\c', 'images/space ']])
        sharing = self.find([[name] for name in names + ['master/a', 'images/only-new', 'images/nl\nb', 'images/b\\c', 'images/space ']])
        self.assertEqual(sharing.names, set(names))

    def test_files_that_changed_on_the_disk(self) -> None:
        self.install([['images/%s' % name] for name in 'abcdefg'])
        folder = self.layout.release('1') + '/images/'
        os.chmod(folder + 'a', 0o600)
        os.chown(folder + 'b', 1, 0)
        os.utime(folder + 'c', (TIME, TIME + 1))
        os.truncate(folder + 'd', 3)
        os.unlink(folder + 'e')
        os.unlink(folder + 'f')
        os.symlink('g', folder + 'f')
        sharing = self.find([['images/%s' % name] for name in 'abcdefg'])
        self.assertEqual(sharing.names, {'images/g'})
        self.assertIn('6 files of %s are not as its manifest says' % self.layout.release('1'), self.said())

    def test_content_counts_if_it_is_asked_for(self) -> None:
        self.install([['images/a'], ['images/b']])
        damaged = self.put('srv/diskless/lab/releases/1/images/a', 'sick')
        os.utime(damaged, (TIME, TIME))
        groups = [['images/a'], ['images/b']]
        self.assertEqual(self.find(groups).names, {'images/a', 'images/b'})
        self.assertEqual(self.find(groups, is_thorough=True).names, {'images/b'})
        self.assertIn('1 files of %s are damaged' % self.layout.release('1'), self.said())

    def unpacked(self, old: List[List[str]], new: List[List[str]], has_links: bool) -> List[str]:
        """The names that are shared, after the new release was unpacked and checked."""
        self.doCleanups()
        self.setUp()
        image = 'images/golden/'
        self.install([[image + name for name in names] for names in old])
        sample = SampleBundle()
        for names in new:
            sample.file(sample.image, image + names[0], b'same')
            for name in names[1:]:
                sample.hard_link(sample.image, image + name, image + names[0])
        bundle = Bundle(sample.write(self.folder + '/b'))
        self.addCleanup(os.close, bundle.file.descriptor)
        manifest = Manifest(os.fsdecode(bundle.meta['manifest']), has_links)
        sharing = Sharing(self.layout, '1', manifest)
        sharing.find(False)
        for name in ('partial', 'work'):
            os.mkdir(self.folder + '/' + name)
        sharing.link(self.folder + '/partial')
        unpack(bundle, self.folder + '/partial', self.folder + '/work', sharing.names, [])
        UnpackedCheck(bundle, self.folder + '/partial', manifest, sharing.names).check()
        return sorted(name[len(image):] for name in sharing.names)

    def test_links(self) -> None:
        for old, new, expected in (
                ([['a'], ['b'], ['c', 'd']], [['a'], ['b'], ['c', 'd']], 'abcd'),
                ([['a'], ['b'], ['c', 'd']], [['a', 'b'], ['c'], ['d']], 'a'),
                ([['a', 'b'], ['c'], ['d']], [['a'], ['b'], ['c', 'd']], 'c'),
                ([['a', 'b'], ['c']], [['a', 'b'], ['c']], 'abc'),
                ([['a', 'b', 'c']], [['a', 'b'], ['c']], ''),
                ([['a', 'b'], ['c']], [['a', 'b', 'c']], 'ab'),
                ([['a', 'b']], [['a', 'b', 'c']], 'ab'),
                ([['b', 'c']], [['a', 'b', 'c']], ''),
                ([['a', 'b', 'c']], [['a', 'b']], 'ab'),
                ([['a', 'b'], ['c', 'd']], [['a', 'c'], ['b', 'd']], ''),
                ([['a', 'b'], ['c', 'd']], [['a', 'b', 'c', 'd']], 'ab')):
            with self.subTest(old=old, new=new):
                self.assertEqual(self.unpacked(old, new, True), list(expected))
                both = {name for names in old for name in names} & {name for names in new for name in names}
                self.assertEqual(self.unpacked(old, new, False), sorted(both))

    def test_linking(self) -> None:
        self.install([['images/a', 'images/b'], ['nodes/n/x']])
        sharing = self.find([['images/a', 'images/b'], ['nodes/n/x']])
        os.mkdir(self.folder + '/partial')
        sharing.link(self.folder + '/partial')
        for name in ('images/a', 'images/b', 'nodes/n/x'):
            self.assertTrue(os.path.samefile(self.folder + '/partial/' + name, self.layout.release('1') + '/' + name))

    def test_a_disk_that_cannot_link(self) -> None:
        self.install([['images/a'], ['boot/b']])
        sharing = self.find([['images/a'], ['boot/b']])
        os.mkdir(self.folder + '/partial')
        calls = []  # type: List[str]

        def link(source: str, target: str, **_: bool) -> None:
            calls.append(target)
            if len(calls) > 1:
                raise OSError(31, 'Too many links')

        with mock.patch.object(os, 'link', link):
            sharing.link(self.folder + '/partial')
        self.assertEqual((sharing.names, os.listdir(self.folder + '/partial')), (set(), []))
        self.assertIn('(Too many links); all are taken from the bundle', self.said())

    def test_lines_of_an_image(self) -> None:
        more = './images/golden type=dir\n./images/golden/x type=dir hardlink=./y\n./images/golden2 type=dir\n'
        self.install([['images/a']], more)
        sharing = Sharing(self.layout, '1', Manifest('', True))
        self.assertEqual(sharing.image_lines('golden'), ['./images/golden type=dir', './images/golden/x type=dir'])
