"""Secrets and host keys."""

import os
import shutil
import unittest

from diskless_master.host import need_success
from diskless_master.kept import Kept, private_directory
from diskless_master.layout import sync_files
from diskless_master.layout import read_lines, read_text
from sample import META, Case, only_root

TREES = 'first\t192.0.2.1\tfull\tgolden\tcompute\nsecond\t192.0.2.2\tfull\tgolden\tcompute\n'
SECRET = 'secret\tcompute\t%s\t%s\troot\t42\t0640\t/etc/%s\n'


@only_root
class KeptTest(Case):
    def kept(self, lines: str) -> Kept:
        kept = Kept(self.staging(TREES, lines))
        for name in ('nodes/first', 'nodes/second', 'images/golden/etc'):
            os.makedirs(self.folder + '/partial/' + name, exist_ok=True)
        self.put('partial/images/golden/etc/passwd', 'root:x:0:0\n')
        return kept

    def test_private_directories(self) -> None:
        self.put('open/file')
        private_directory(self.folder + '/open/a/b')
        private_directory(self.folder + '/open/a/b')
        modes = [os.stat(self.folder + '/' + name).st_mode & 0o777 for name in ('open', 'open/a', 'open/a/b')]
        self.assertEqual(modes, [0o755, 0o700, 0o700])
        with self.assertRaises(OSError):
            private_directory(self.folder + '/open/file')

    def test_a_name_is_given_last(self) -> None:
        kept = self.kept('')
        work = kept.new_work()
        self.assertEqual(os.stat(work).st_mode & 0o777, 0o700)
        self.assertEqual(os.stat(kept.layout.state).st_mode & 0o777, 0o700)
        made = self.put('made', 'x')
        kept.keep(made, self.folder + '/kept')
        self.assertEqual((self.read('kept'), os.path.exists(made)), ('x', False))
        self.put('srv/diskless/lab/state/.work/of-a-killed-run')
        self.assertEqual(os.listdir(kept.new_work()), [])
        with self.assertRaises(FileNotFoundError):
            sync_files([made])

    def test_places(self) -> None:
        kept = self.kept(SECRET % ('cluster', 'random', 'a') + SECRET % ('node', 'given', 'b') + SECRET % ('cluster', 'master', 'c'))
        node = kept.lists.nodes[0]
        self.assertEqual([kept.place_of(secret, node) for secret in kept.lists.secrets['compute']],
                         [kept.layout.secret + '/etc/a', kept.layout.state + '/first/secret/etc/b', self.folder + '/etc/c'])

    def test_secrets_that_must_be_given(self) -> None:
        kept = self.kept(SECRET % ('cluster', 'random', 'a') + SECRET % ('node', 'given', 'b') + SECRET % ('cluster', 'master', 'c'))
        state = kept.layout.state
        with self.stops('secrets are missing.*:\n  %s/etc/c\n  %s/first/secret/etc/b\n  %s/second/secret/etc/b' % (self.folder, state, state)):
            kept.need_given()
        for name in ('etc/c', 'srv/diskless/lab/state/first/secret/etc/b', 'srv/diskless/lab/state/second/secret/etc/b'):
            self.put(name, 'given')
        kept.need_given()

    def test_given_secrets_are_for_root_alone(self) -> None:
        kept = self.kept(SECRET % ('cluster', 'given', 'a') + SECRET % ('node', 'given', 'b') + SECRET % ('cluster', 'master', 'c'))
        kept.protect()
        folders = (kept.layout.secret, kept.layout.secret + '/etc', kept.layout.state + '/second/secret/etc')
        self.assertEqual([os.stat(folder).st_mode & 0o777 for folder in folders], [0o700] * 3)
        os.chmod(kept.layout.secret, 0o755)
        given, own = self.put('srv/diskless/lab/secret/etc/a', 'given'), self.put('etc/c', 'own')
        kept.protect()
        self.assertEqual([os.stat(path).st_mode & 0o777 for path in (kept.layout.secret, given, own)], [0o700, 0o600, 0o644])
        self.assertIn('/secret/etc/a was readable by other users', self.said())
        kept.protect()
        self.assertEqual(self.said(), '')

    def test_secrets_are_made_once(self) -> None:
        kept = self.kept(SECRET % ('cluster', 'random', 'a') + SECRET % ('node', 'random', 'b'))
        kept.lay()
        texts = [self.read('partial/nodes/%s/etc/%s' % each) for each in (('first', 'a'), ('second', 'a'), ('first', 'b'), ('second', 'b'))]
        self.assertEqual((texts[0], len(set(texts))), (texts[1], 3))
        self.assertRegex(texts[0], '^[0-9a-f]{128}\n$')
        status = os.stat(self.folder + '/partial/nodes/first/etc/a')
        self.assertEqual((status.st_mode & 0o7777, status.st_uid, status.st_gid), (0o640, 0, 42))
        self.assertEqual(os.stat(kept.layout.secret + '/etc/a').st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(kept.layout.secret).st_mode & 0o777, 0o700)
        self.said()
        kept.lay()
        self.assertEqual(self.read('partial/nodes/first/etc/a'), texts[0])
        self.assertEqual(self.said(), '')

    def test_a_secret_that_vanished(self) -> None:
        kept = self.kept(SECRET % ('cluster', 'given', 'a'))
        with self.stops('the secret .*/secret/etc/a is missing'):
            kept.lay()

    def test_known_hosts_of_other_releases_stay(self) -> None:
        kept = self.kept('')
        kept.new_work()
        known = self.put('srv/diskless/lab/state/known_hosts', 'first,192.0.2.1 ssh-ed25519 old\nthird,192.0.2.3 ssh-ed25519 C\n'
                         'moved,192.0.2.2 ssh-ed25519 D\n')
        kept.finish_known_hosts(['first,192.0.2.1 ssh-ed25519 A', 'second,192.0.2.2 ssh-ed25519 B'])
        self.assertEqual(read_lines(known), ['first,192.0.2.1 ssh-ed25519 A', 'second,192.0.2.2 ssh-ed25519 B',
                                             'third,192.0.2.3 ssh-ed25519 C'])
        before = os.stat(known).st_ino
        kept.finish_known_hosts(['first,192.0.2.1 ssh-ed25519 A', 'second,192.0.2.2 ssh-ed25519 B'])
        self.assertEqual(os.stat(known).st_ino, before)


@only_root
@unittest.skipUnless(shutil.which('ssh-keygen'), 'NOT TESTED: host keys need ssh-keygen; apt-get install openssh-client')
class HostKeysTest(Case):
    def setUp(self) -> None:
        super().setUp()
        self.made = Kept(self.staging(TREES, 'host-keys\tcompute\n'))
        for name in ('nodes/first', 'nodes/second'):
            os.makedirs(self.folder + '/partial/' + name)
        self.put('partial/images/golden/usr/sbin/sshd')

    def test_host_keys_are_made_once(self) -> None:
        self.made.lay()
        ssh = self.folder + '/partial/nodes/first/etc/ssh/'
        self.assertEqual(sorted(os.listdir(ssh)), ['ssh_host_ecdsa_key', 'ssh_host_ecdsa_key.pub', 'ssh_host_ed25519_key',
                                                   'ssh_host_ed25519_key.pub'])
        self.assertEqual([os.stat(ssh + name).st_mode & 0o777 for name in ('ssh_host_ecdsa_key', 'ssh_host_ecdsa_key.pub')], [0o600, 0o644])
        lines = self.made.known_hosts
        self.assertEqual([line.split()[0] for line in lines], ['first,192.0.2.1'] * 2 + ['second,192.0.2.2'] * 2)
        again = Kept(self.made.staging)
        again.lay()
        self.assertEqual(again.known_hosts, lines)

    def test_nodes_without_sshd(self) -> None:
        os.unlink(self.folder + '/partial/images/golden/usr/sbin/sshd')
        self.made.lay()
        self.assertEqual((self.made.known_hosts, os.listdir(self.folder + '/partial/nodes/first')), ([], []))

    def own_key(self) -> str:
        self.release('1', {META + 'kept': ''})
        self.layout.point('1')
        self.made.staging.active = '1'
        self.put('key/x')
        need_success(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', self.folder + '/key/own'], 'no')
        return self.read('key/own')

    def test_a_node_keeps_the_key_of_its_own_tree(self) -> None:
        key = self.own_key()
        self.put('srv/diskless/lab/releases/1/192.0.2.1/etc/ssh/ssh_host_ed25519_key', key)
        self.put('srv/diskless/lab/releases/1/192.0.2.1/etc/ssh/ssh_host_ecdsa_key', 'not a key')
        self.made.lay()
        self.assertEqual(self.read('partial/nodes/first/etc/ssh/ssh_host_ed25519_key'), key)
        self.assertIn(read_text(self.folder + '/key/own.pub').split()[1], self.made.known_hosts[1] + self.made.known_hosts[0])

    def test_no_link_of_a_node_is_followed(self) -> None:
        key = self.own_key()
        tree = self.layout.release('1') + '/192.0.2.1/etc'
        os.makedirs(tree)
        os.symlink(self.folder + '/key', tree + '/ssh')
        self.put('key/ssh_host_ed25519_key', key)
        self.made.lay()
        self.assertNotEqual(self.read('partial/nodes/first/etc/ssh/ssh_host_ed25519_key'), key)
        self.assertIn('the host key of 192.0.2.1 was not taken over: etc/ssh: is a symbolic link', self.said())
