"""A release that is not complete yet."""

import os

from sample import Case, only_root

TREES = 'first\t192.0.2.1\tfull\tgolden\tcompute\n'


@only_root
class StagingTest(Case):
    def setUp(self) -> None:
        super().setUp()
        self.made = self.staging(TREES)
        self.node = self.made.lists.nodes[0]

    def test_layers(self) -> None:
        self.assertEqual(self.made.layers_of(self.node), ['nodes/first', 'groups/compute', 'images/golden'])
        self.put('partial/groups/compute/usr/sbin/sshd')
        self.assertTrue(self.made.has_in_layers(self.node, '/usr/sbin/sshd'))
        self.assertFalse(self.made.has_in_layers(self.node, '/usr/sbin/other'))

    def test_numbers_of_accounts(self) -> None:
        self.put('partial/images/golden/etc/passwd', 'root:x:0:0\nmunge:x:101:102::/:\nodd\nx:y:z\nmunge:x:7:7\n')
        self.put('partial/images/golden/etc/group', 'munge:x:102:\n')
        self.assertEqual(self.made.number_of(self.node, 'passwd', 'munge'), 101)
        self.assertEqual(self.made.number_of(self.node, 'group', 'munge'), 102)
        self.assertEqual(self.made.number_of(self.node, 'passwd', '4711'), 4711)
        with self.stops('the tree of first has no user none, which a secret is to belong to'):
            self.made.number_of(self.node, 'passwd', 'none')
        with self.stops('the tree of first has no group x'):
            self.made.number_of(self.node, 'group', 'x')

    def test_the_uppermost_file_counts(self) -> None:
        self.put('partial/images/golden/etc/passwd', 'munge:x:101:102\n')
        self.put('partial/nodes/first/etc/passwd', 'munge:x:201:102\n')
        self.assertEqual(self.made.number_of(self.node, 'passwd', 'munge'), 201)
        self.put('partial/nodes/first/etc/group', '')
        self.put('partial/images/golden/etc/group', 'munge:x:102:\n')
        with self.stops('has no group munge'):
            self.made.number_of(self.node, 'group', 'munge')

    def test_directories_are_as_in_the_layers_below(self) -> None:
        image = self.folder + '/partial/images/golden/a/b'
        os.makedirs(image)
        os.chown(image, 5, 6)
        os.chmod(image, 0o1750)
        os.makedirs(self.folder + '/partial/nodes/first')
        self.made.make_parents('nodes/first', '/a/b/c/key', ['nodes/first', 'groups/compute', 'images/golden'])
        found = [os.stat(self.folder + '/partial/nodes/first/' + name) for name in ('a', 'a/b', 'a/b/c')]
        self.assertEqual([(each.st_mode & 0o7777, each.st_uid, each.st_gid) for each in found],
                         [(0o755, 0, 0), (0o1750, 5, 6), (0o755, 0, 0)])
        self.made.make_parents('nodes/first', '/key', [])

    def test_a_link_is_not_a_directory(self) -> None:
        os.makedirs(self.folder + '/partial/nodes/first')
        os.symlink(self.folder, self.folder + '/partial/nodes/first/a')
        with self.assertRaises(FileExistsError):
            self.made.make_parents('nodes/first', '/a/key', [])

    def test_files_replace_what_is_there(self) -> None:
        source = self.put('source', 'secret', 0o600)
        os.utime(source, (5, 6))
        os.makedirs(self.folder + '/partial/nodes/first')
        os.symlink(self.put('outside', 'mine'), self.folder + '/partial/nodes/first/key')
        self.made.lay_file('nodes/first', source, '/key', 0o640, (1, 2))
        status = os.lstat(self.folder + '/partial/nodes/first/key')
        self.assertEqual((status.st_mode & 0o7777, status.st_uid, status.st_gid, status.st_mtime), (0o640, 1, 2, 6))
        self.assertEqual((self.read('partial/nodes/first/key'), self.read('outside')), ('secret', 'mine'))
