"""The switch from one release to another."""

import os

from diskless_master.layout import read_lines
from sample import META
from switching import HOSTS, SwitchCase


class SwitchTest(SwitchCase):
    def test_the_first_switch(self) -> None:
        self.switch.to('1', 'activate')
        self.assertEqual(self.state(), {
            '/etc/': '', '/etc/new/': '', '/etc/a': 'a1\n644', '/etc/new/b': 'b1\n644',
            '/etc/hosts': 'mine\n' + HOSTS % '10.0.0.1 n1' + '640', '/tftpboot': '-> srv/diskless/lab/active'})
        self.assertEqual(self.layout.active(), '1')
        self.assertEqual(sorted(os.listdir(self.layout.host)), ['undo', 'written'])
        self.assertEqual([line[66:] for line in read_lines(self.layout.host + '/written')], ['/etc/a', '/etc/new/b'])
        self.assertEqual([line.split('\t')[1:] for line in read_lines(self.layout.history)], [['activate', '1', '-']])
        self.assertIn('active: 1 (%s/tftpboot)' % self.folder, self.said())

    def test_the_next_switch(self) -> None:
        self.switch.to('1', 'activate')
        self.said()
        self.switch.to('2', 'activate')
        self.assertEqual(self.state(), {
            '/etc/': '', '/etc/new/': '', '/etc/deep/': '', '/etc/deep/new/': '', '/etc/a': 'a2\n644', '/etc/deep/new/c': 'c2\n644',
            '/etc/hosts': 'mine\n' + HOSTS % '10.0.0.2 n2' + '640', '/tftpboot': '-> srv/diskless/lab/active'})
        self.assertIn('removed %s/etc/new/b, which release 2 does not have' % self.folder, self.said())
        self.assertEqual(sorted(os.listdir(self.layout.release('2') + '/boot')), ['1', '2'])

    def test_a_switch_to_the_active_release(self) -> None:
        self.switch.to('1', 'activate')
        before = self.state()
        self.said()
        self.switch.to('1', 'activate')
        self.assertEqual((self.said(), self.state()), ('active: 1 already', before))
        self.put('etc/a', 'changed\n')
        self.switch.to('1', 'activate')
        self.assertEqual(self.read('etc/a'), 'a1\n')
        self.assertEqual(len(read_lines(self.layout.history)), 1)

    def test_files_of_the_administrator_are_kept(self) -> None:
        self.put('etc/a', 'by hand\n', 0o600)
        self.switch.to('1', 'activate')
        kept = self.layout.host + '/kept/1/etc/a'
        self.assertIn('%s/etc/a was not as diskless wrote it; the earlier file is kept as %s' % (self.folder, kept), self.said())
        self.assertEqual((self.read('srv/diskless/lab/host/kept/1/etc/a'), os.stat(kept).st_mode & 0o777), ('by hand\n', 0o600))
        self.put('etc/new/b', 'by hand\n')
        self.switch.to('2', 'activate')
        self.assertEqual(self.read('srv/diskless/lab/host/kept/2/etc/new/b'), 'by hand\n')

    def test_a_link_of_the_administrator_is_replaced_and_not_followed(self) -> None:
        self.put('outside', 'mine')
        os.symlink('../outside', self.folder + '/etc/a')
        self.switch.to('1', 'activate')
        self.assertEqual((self.read('outside'), self.read('etc/a')), ('mine', 'a1\n'))
        self.assertEqual(os.readlink(self.layout.host + '/kept/1/etc/a'), '../outside')

    def test_a_directory_in_the_way(self) -> None:
        os.makedirs(self.folder + '/etc/a')
        with self.stops('/etc/a is a directory, where release 1 has a file'):
            self.switch.to('1', 'activate')
        self.assertEqual(self.layout.active(), '')

    def test_a_release_that_is_not_installed(self) -> None:
        with self.stops('release 3 is not installed. Installed releases: 1 2'):
            self.switch.to('3', 'activate')

    def test_the_master_of_another_cluster(self) -> None:
        os.makedirs(self.folder + '/srv/diskless/other')
        os.symlink('x', self.folder + '/srv/diskless/other/active')
        with self.stops('this machine is the master of the cluster other, and serves one cluster'):
            self.switch.to('1', 'activate')

    def test_a_tftpboot_of_its_own(self) -> None:
        os.makedirs(self.folder + '/tftpboot')
        with self.stops('/tftpboot exists and is not a link to a release, .*: mv %s/tftpboot %s/tftpboot.old' % (self.folder, self.folder)):
            self.switch.to('1', 'activate')
        self.assertEqual((self.layout.active(), os.listdir(self.folder + '/tftpboot')), ('', []))

    def test_exports_of_all_releases(self) -> None:
        for version in '12':
            self.put('srv/diskless/lab/releases/%s/master/etc/exports.d/lab.exports' % version, '/%s n(ro)\n' % version)
        self.switch.to('2', 'activate')
        self.assertEqual(self.read('etc/exports.d/lab.exports'), '/2 n(ro)\n# Of release 1, for nodes that run it.\n/1 n(ro)\n')

    def test_a_hint_where_writable_trees_stay(self) -> None:
        self.put('srv/diskless/lab/releases/1/' + META + 'trees', 'n\t1.2.3.4\tfull\tg\tc\n')
        self.switch.to('1', 'activate')
        self.assertNotIn('drift', self.said())
        self.switch.to('2', 'activate')
        self.assertIn('mvn diskless:drift -Ddiskless.version=1', self.said())

    def test_a_host_table_with_nothing_else(self) -> None:
        os.unlink(self.folder + '/etc/hosts')
        self.put('srv/diskless/lab/releases/2/master/etc/hosts.diskless', '')
        self.switch.to('1', 'activate')
        self.assertEqual(self.read('etc/hosts'), HOSTS % '10.0.0.1 n1')
        self.switch.to('2', 'activate')
        self.assertFalse(os.path.exists(self.folder + '/etc/hosts'))
