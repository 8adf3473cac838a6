"""The manifest."""

import os
import random

from diskless_master.manifest import Manifest, disk_line, name_of, parse, printable, unescape
from sample import Case, escape

FILE = './a\\040b type=file mode=04755 uid=1 gid=2 time=3.4 size=5 sha256digest=' + 'f' * 64


class ManifestTest(Case):
    def test_a_file(self) -> None:
        entry = parse(FILE + ' xattr.user.a\\075=YQ== allocated=1 hardlink=./c\\012')
        self.assertEqual((entry.name, entry.type, entry.mode, entry.uid, entry.gid, entry.seconds, entry.size, entry.digest),
                         ('a b', 'file', 0o4755, 1, 2, 3, 5, 'f' * 64))
        self.assertEqual(entry.xattrs, {'user.a=': 'YQ=='})
        self.assertEqual(entry.hardlink, 'c\n')
        self.assertEqual(entry.line, FILE + ' xattr.user.a\\075=YQ==')

    def test_other_entries(self) -> None:
        self.assertEqual(parse('./l type=link link=../x\\040y').target, '../x y')
        self.assertEqual(parse('./d type=char device=native,1,3').device, '1,3')

    def test_damaged_lines(self) -> None:
        for line in ('./a', './a mode=0644', './a type=file mode=9', './a type=file uid=x', './a type=file size='):
            with self.stops('the manifest is damaged: ' + line):
                parse(line)

    def test_random_names(self) -> None:
        chance = random.Random(21)
        for _ in range(5000):
            name = os.fsdecode(bytes(chance.randrange(1, 256) for _ in range(chance.randrange(1, 20))))
            escaped = escape(name)
            self.assertEqual(unescape(escaped), name)
            self.assertRegex(escaped, '^[!-~]+$')
            line = './%s type=link link=%s xattr.%s=YQ==' % (escaped, escaped, escaped)
            self.assertEqual(name_of(line), './' + name)
            entry = parse(line)
            self.assertEqual((entry.name, entry.target, entry.xattrs), (name, name, {name: 'YQ=='}))
            self.assertEqual(disk_line(line + ' hardlink=./%s allocated=7' % escaped), line)

    def test_escapes_that_are_none(self) -> None:
        self.assertEqual(unescape('a\\b\\12\\1\\'), 'a\\b\\12\\1\\')

    def test_a_name_twice(self) -> None:
        with self.stops('it has a name twice'):
            Manifest(FILE + '\n' + FILE.replace('uid=1', 'uid=2'), True)
        with self.stops('it has a name twice'):
            Manifest('./a type=dir\n./\\141 type=dir\n', True)

    def test_groups_of_links(self) -> None:
        manifest = Manifest('#mtree\n./a type=file\n./b type=file hardlink=./a\n\n./c type=file hardlink=./a\n./d type=dir\n', True)
        self.assertEqual(manifest.groups(), {'a': {'a', 'b', 'c'}})
        self.assertEqual([entry.name for entry in manifest.files()], ['a', 'b', 'c'])
        self.assertIsNone(manifest.get('none'))
        self.assertIs(manifest.get('d'), manifest.entries[3])

    def test_texts_for_messages(self) -> None:
        self.assertEqual(printable('a\x1b[1m\nü\udcff' + 'x' * 300), 'a?[1m???' + 'x' * 192)
