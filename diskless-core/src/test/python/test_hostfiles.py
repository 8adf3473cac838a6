"""The master's own files."""

import hashlib
import os

from diskless_master.hostfiles import HostFiles, digest_of, is_same_file
from sample import Case


class HostFilesTest(Case):
    def setUp(self) -> None:
        super().setUp()
        self.files = HostFiles(self.layout)

    def test_digests(self) -> None:
        os.symlink('x', self.folder + '/link')
        self.assertEqual(digest_of(self.put('a', 'x\n')), hashlib.sha256(b'x\n').hexdigest())
        self.assertEqual(digest_of(self.folder + '/link'), hashlib.sha256(b'x\n').hexdigest())

    def test_equal_files(self) -> None:
        first = self.put('a', 'x')
        self.assertTrue(is_same_file(first, self.put('b', 'x')))
        self.assertFalse(is_same_file(first, self.put('c', 'y')))
        self.assertFalse(is_same_file(first, self.put('d', 'x', 0o600)))
        os.symlink('a', self.folder + '/link')
        self.assertFalse(is_same_file(first, self.folder + '/link'))
        self.assertFalse(is_same_file(self.folder + '/none', first))

    def test_which_files_are_ours(self) -> None:
        path = self.put('etc/a', 'ours')
        self.put('srv/diskless/lab/host/written', '%s  /etc/a\n%s  /etc/d\n' % (digest_of(path), digest_of(path)))
        os.mkdir(self.folder + '/etc/d')
        self.assertTrue(self.files.is_ours('/etc/a'))
        self.assertFalse(self.files.is_ours('/etc/b'))
        self.assertFalse(self.files.is_ours('/etc/d'))
        self.put('etc/a', 'changed')
        self.assertFalse(self.files.is_ours('/etc/a'))
        self.assertEqual(self.files.no_longer(['/etc/a']), ['/etc/d'])

    def test_paths_of_a_release(self) -> None:
        self.put('m/etc/hosts.diskless')
        self.put('m/etc/b')
        self.put('m/a/x')
        os.symlink('x', self.folder + '/m/a/link')
        os.symlink('.', self.folder + '/m/a/folder')
        self.assertEqual(self.files.paths_of(self.folder + '/m'), ['/a/folder', '/a/link', '/a/x', '/etc/b'])

    def test_new_files(self) -> None:
        master = self.release('2', {'master/etc/a': 'new', 'master/etc/exports.d/lab.exports': '/2 n(ro)\n',
                                    'master/etc/ganesha/ganesha.conf': 'EXPORT { Export_Id = 1; Path = /2; Pseudo = /2;\n}\n'}) + '/master'
        self.release('1', {'master/etc/exports.d/lab.exports': '/1 n(ro)\n',
                           'master/etc/ganesha/ganesha.conf': 'EXPORT { Export_Id = 1; Path = /1; Pseudo = /1;\n}\n'})
        self.release('0')
        os.makedirs(self.folder + '/etc/exports.d')
        os.symlink('a', self.folder + '/target')
        self.files.write_new(master, '2', '/etc/a', self.folder + '/target')
        self.assertEqual(self.read('target'), 'new')
        self.files.write_new(master, '2', '/etc/exports.d/lab.exports', self.folder + '/target')
        self.assertEqual(self.read('target'), '/2 n(ro)\n# Of release 1, for nodes that run it.\n/1 n(ro)\n')
        self.assertEqual(os.stat(self.folder + '/target').st_mtime_ns, os.stat(master + '/etc/exports.d/lab.exports').st_mtime_ns)
        self.files.write_new(master, '2', '/etc/ganesha/ganesha.conf', self.folder + '/target')
        self.assertIn('Export_Id = 2; Path = /1;', self.read('target'))
        self.assertEqual(self.files.staged('/etc/a'), self.folder + '/etc/.diskless-new.a')
