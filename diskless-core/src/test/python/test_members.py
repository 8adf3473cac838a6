"""The key by which members log in to each other."""

import os
import shutil
import unittest

from diskless_master.kept import Kept
from diskless_master.members import add_names, lay_what_is_kept
from sample import Case, only_root

TREES = 'first\t192.0.2.1\tfull\tgolden\tcompute\nsecond\t192.0.2.2\tfull\tgolden\tother\n'


class NamesTest(Case):
    def test_names_of_the_host_table_are_added(self) -> None:
        hosts = self.put('hosts', '# first\n192.0.2.1 first.example.com first-ib first # comment\n10.0.0.1 first\n\n192.0.2.2 second\n')
        self.assertEqual(add_names(['first,192.0.2.1 ssh-ed25519 A', 'second,192.0.2.2 ssh-ed25519 B', 'third,192.0.2.3 x C'], hosts),
                         ['first,192.0.2.1,first.example.com,first-ib,10.0.0.1 ssh-ed25519 A', 'second,192.0.2.2 ssh-ed25519 B',
                          'third,192.0.2.3 x C'])
        self.assertEqual(add_names(['a b c'], self.folder + '/none'), ['a b c'])


@only_root
@unittest.skipUnless(shutil.which('ssh-keygen'), 'NOT TESTED: keys need ssh-keygen; apt-get install openssh-client')
class MembersTest(Case):
    def lay(self, kept: str) -> None:
        os.makedirs(self.folder + '/work', exist_ok=True)
        for name in ('nodes/first', 'nodes/second', 'groups/compute', 'groups/other'):
            os.makedirs(self.folder + '/partial/' + name, exist_ok=True)
        self.put('partial/images/golden/usr/sbin/sshd')
        lay_what_is_kept(Kept(self.staging(TREES, kept)), self.folder + '/work', '')

    def test_a_group_with_a_key(self) -> None:
        self.put('etc/ssh/ssh_host_ed25519_key.pub', 'ssh-ed25519 MASTER root@m\n')
        self.lay('host-keys\tcompute\nhost-keys\tother\nmembers-key\tcompute\nmaster\tm\t192.0.2.254\n')
        ssh = self.folder + '/partial/groups/compute/etc/ssh/'
        self.assertEqual(sorted(os.listdir(ssh)), ['members', 'members_key', 'ssh_known_hosts'])
        self.assertEqual(os.stat(ssh + 'members_key').st_mode & 0o777, 0o600)
        known = self.read('partial/groups/compute/etc/ssh/ssh_known_hosts').splitlines()
        self.assertEqual([line.split()[0] for line in known], ['first,192.0.2.1', 'second,192.0.2.2', 'm,192.0.2.254'])
        self.assertFalse(os.path.exists(self.folder + '/partial/groups/other/etc'))
        self.assertEqual(len(self.read('srv/diskless/lab/state/known_hosts').splitlines()), 4)
        key = self.read('srv/diskless/lab/secret/etc/ssh/members_key')
        self.lay('host-keys\tcompute\nmembers-key\tcompute\n')
        self.assertEqual(self.read('partial/groups/compute/etc/ssh/members_key'), key)

    def test_a_file_of_the_project_stays(self) -> None:
        self.put('partial/images/golden/etc/ssh/ssh_known_hosts', 'mine')
        self.lay('host-keys\tcompute\nmembers-key\tcompute\n')
        self.assertEqual(sorted(os.listdir(self.folder + '/partial/groups/compute/etc/ssh')), ['members', 'members_key', 'ssh_known_hosts2'])

    def test_a_key_that_is_none(self) -> None:
        self.put('srv/diskless/lab/secret/etc/ssh/members_key', 'rubbish', 0o600)
        with self.stops('members_key is not a private key without a passphrase'):
            self.lay('host-keys\tcompute\nmembers-key\tcompute\n')

    def test_without_host_keys_there_is_no_key(self) -> None:
        self.lay('members-key\tcompute\n')
        self.assertFalse(os.path.exists(self.layout.secret))
