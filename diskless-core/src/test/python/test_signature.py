"""Signatures, made and checked by the real ssh-keygen(1)."""

import hashlib
import os
import shutil
import subprocess
import unittest
from unittest import mock

from diskless_master.bundle import META, Bundle
from diskless_master.signature import Signature, parse_signature
from sample import Case, SampleBundle, frame, raw_entry


@unittest.skipUnless(shutil.which('ssh-keygen'), 'NOT TESTED: signatures need ssh-keygen; apt-get install openssh-client')
class SignatureTest(Case):
    def setUp(self) -> None:
        super().setUp()
        os.makedirs(self.layout.base)
        self.sample = SampleBundle()
        self.key = self.make_key('builder')

    def make_key(self, name: str) -> str:
        key = self.folder + '/' + name
        self.keygen('-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', key)
        return key

    def keygen(self, *arguments: str) -> None:
        subprocess.run(('ssh-keygen',) + arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       check=True)

    def allow(self, *lines: str) -> None:
        self.put('etc/diskless/allowed_signers', ''.join(line + '\n' for line in lines))

    def public(self, key: str) -> str:
        with open(key + '.pub') as file:
            return ' '.join(file.read().split()[:2])

    def text(self, cluster: str = 'lab', version: str = '2', serial: str = '100') -> str:
        frames = self.content()
        lines = ['diskless-bundle 2', 'cluster ' + cluster, 'version ' + version, 'serial ' + serial,
                 'content %d %s' % (len(frames), hashlib.sha256(frames).hexdigest())]
        for name, content in (('manifest', self.sample.manifest().encode()), ('verify', self.sample.meta['verify'].encode())):
            lines.append('%s  %s%s' % (hashlib.sha256(content).hexdigest(), META, name))
        return ''.join(line + '\n' for line in lines)

    def content(self) -> bytes:
        """All packed frames before that of the signature."""
        return b''.join(frame(data) for data in self.sample.frames()[:-1])

    def signed(self, text: str, key: str = '', namespace: str = 'diskless-bundle') -> Signature:
        """The bundle with a signature of some text."""
        path = self.put('text', text)
        self.keygen('-Y', 'sign', '-n', namespace, '-f', key or self.key, path)
        with open(path + '.sig') as file:
            content = text + file.read()
        os.unlink(path + '.sig')
        return self.signature(content)

    def signature(self, content: str, is_older_allowed: bool = False) -> Signature:
        trailer = raw_entry(META + 'signature', content.encode()) + bytes(1024) if content else bytes(1024)
        return Signature(Bundle(self.sample.write(self.folder + '/b.tar.zst', trailer)), self.folder, is_older_allowed)

    def test_a_good_signature(self) -> None:
        self.allow('# comment', 'other@example.com ' + self.public(self.make_key('other')), 'builder@example.com ' + self.public(self.key))
        signature = self.signed(self.text())
        signature.check()
        self.assertIn('b.tar.zst is signed by builder@example.com (serial 100)', self.said())
        self.assertTrue(signature.is_verified)
        self.assertEqual([name for name in os.listdir('/tmp') if name.startswith('diskless-signature-')], [])

    def test_without_signers_everything_is_accepted_with_a_warning(self) -> None:
        signature = self.signature('')
        signature.check()
        self.assertRegex(self.said(), 'warning: .*/etc/diskless/allowed_signers does not exist')
        self.assertFalse(signature.is_verified)
        quiet = Signature(signature.bundle, self.folder, False, is_quiet=True)
        quiet.check()
        self.assertEqual(self.said(), '')

    def test_a_dangling_link_to_signers_accepts_nothing(self) -> None:
        os.makedirs(self.folder + '/etc/diskless')
        os.symlink('none', self.folder + '/etc/diskless/allowed_signers')
        with self.stops('is not signed by a key that'):
            self.signed(self.text()).check()

    def test_a_bundle_that_is_not_signed(self) -> None:
        self.allow('b ' + self.public(self.key))
        with self.stops(r'b\.tar\.zst is not signed, and .*allowed_signers exists\. Sign it'):
            self.signature('').check()

    def test_another_key(self) -> None:
        self.allow('b ' + self.public(self.key))
        with self.stops('is not signed by a key that'):
            self.signed(self.text(), self.make_key('other')).check()

    def test_no_key_is_allowed(self) -> None:
        self.allow()
        with self.stops('is not signed by a key that'):
            self.signed(self.text()).check()

    def test_validity(self) -> None:
        for when in ('valid-before="20200101"', 'valid-after="21000101"', 'namespaces="file"'):
            self.allow('b %s %s' % (when, self.public(self.key)))
            with self.stops('is not signed by a key that'):
                self.signed(self.text()).check()
        self.allow('b namespaces="diskless-*",valid-after="20200101" ' + self.public(self.key))
        self.signed(self.text()).check()

    def test_revoked_keys(self) -> None:
        self.allow('b ' + self.public(self.key))
        revoked = self.folder + '/etc/diskless/revoked_signers'
        self.keygen('-k', '-f', revoked, self.make_key('other') + '.pub')
        self.signed(self.text()).check()
        self.keygen('-k', '-u', '-f', revoked, self.key + '.pub')
        with self.stops('is not signed by a key that .*: '):
            self.signed(self.text()).check()
        os.unlink(revoked)
        os.symlink('none', revoked)
        with self.stops('is not signed by a key that'):
            self.signed(self.text()).check()

    def test_another_namespace(self) -> None:
        self.allow('b ' + self.public(self.key))
        with self.stops('is not signed by a key that'):
            self.signed(self.text(), namespace='file').check()

    def test_certificates(self) -> None:
        authority = self.make_key('authority')
        self.keygen('-q', '-s', authority, '-I', 'id', '-n', 'builder@example.com', self.key + '.pub')
        self.allow('*@example.com cert-authority ' + self.public(authority))
        path = self.put('text', self.text())
        self.keygen('-Y', 'sign', '-n', 'diskless-bundle', '-f', self.key + '-cert.pub', path)
        content = self.text() + self.read('text.sig')
        self.signature(content).check()
        self.assertIn('is signed by builder@example.com', self.said())
        self.allow('*@example.org cert-authority ' + self.public(authority))
        with self.stops('is not signed by a key that'):
            self.signature(content).check()

    def test_several_principals(self) -> None:
        self.allow('a@example.com,b@example.com ' + self.public(self.key), 'c@example.com ' + self.public(self.key))
        self.signed(self.text()).check()
        self.assertIn('is signed by a@example.com', self.said())

    def test_changes_after_signing(self) -> None:
        self.allow('b ' + self.public(self.key))
        content = self.text()
        for text, problem in ((self.text(cluster='other'), 'is signed for the cluster other, and contains the cluster lab'),
                              (self.text(version='3'), 'is signed as version 3, and contains version 2')):
            with self.stops(problem):
                self.signed(text).check()
        self.sample.file(self.sample.after, 'nodes/first/etc/more', b'x')
        with self.stops('is for another manifest: the bundle was changed after it was signed'):
            self.signed(content).check()
        content = self.text().replace(META + 'verify', META + 'other')
        with self.stops('is for another verify'):
            self.signed(content).check()

    def test_all_bytes_are_signed(self) -> None:
        self.allow('b ' + self.public(self.key))
        good = self.signed(self.text())
        good.check()
        good.check_content()
        path = good.bundle.path
        content = self.read('b.tar.zst').encode('utf-8', 'surrogateescape')
        rest = content[len(self.content()):]
        more = frame(raw_entry('master/etc/cron.d/evil', b'x'))
        for changed in (content + more, self.content() + more + rest, self.content() + frame(b'') + rest + more,
                        self.content()[:-40] + frame(b'')[-1:] + self.content()[-39:] + rest,
                        self.content() + frame(raw_entry(META + 'signature', b'other') + bytes(1024))):
            with open(path, 'wb') as file:
                file.write(changed)
            with self.stops('b.tar.zst was changed after it was signed|damaged'):
                signature = Signature(Bundle(path), self.folder, False)
                signature.bundle.meta['signature'] = good.bundle.meta['signature']
                signature.check()
                self.assertTrue(signature.is_verified)
                signature.check_content()

    def test_without_allowed_signers_the_content_is_left_to_the_installer(self) -> None:
        signature = self.signed(self.text().replace('content ', 'content 1'))
        signature.check()
        signature.check_content()

    def test_a_signed_text_that_was_changed(self) -> None:
        self.allow('b ' + self.public(self.key))
        path = self.put('text', self.text())
        self.keygen('-Y', 'sign', '-n', 'diskless-bundle', '-f', self.key, path)
        with self.stops('is not signed by a key that'):
            self.signature(self.text(serial='101') + self.read('text.sig')).check()

    def test_damaged_signatures(self) -> None:
        good = self.text()
        armor = '-----BEGIN SSH SIGNATURE-----\nx\n'
        for content in ('x', good, good.replace('bundle 2', 'bundle 1') + armor, good.replace('content ', 'content x') + armor,
                         good.replace('serial 100', 'serial -1') + armor,
                        good.replace('serial 100', 'serial ' + '9' * 19) + armor, armor):
            with self.stops('the signature of the bundle is damaged'):
                parse_signature(content)
        self.allow('b ' + self.public(self.key))
        with self.stops('is not signed by a key that'):
            self.signature(good + armor).check()

    def test_serial_numbers(self) -> None:
        self.allow('b ' + self.public(self.key))
        first = self.signed(self.text(serial='100'))
        self.assertEqual(first.highest_serial(), -1)
        first.check()
        first.remember_serial()
        self.assertEqual(self.read('srv/diskless/lab/serial'), '100\n')
        self.signed(self.text(serial='100')).check()
        older = self.signed(self.text(serial='99'))
        with self.stops('has serial 99, and a bundle with serial 100 was installed before'):
            older.check()
        older.is_older_allowed = True
        older.check()
        self.assertTrue(older.is_older())
        older.remember_serial()
        self.assertEqual(self.read('srv/diskless/lab/serial'), '100\n')

    def test_serial_numbers_of_installed_releases(self) -> None:
        self.allow('b ' + self.public(self.key))
        self.release('1', {META + 'signature': self.text(serial='200') + 'armor'})
        self.put('srv/diskless/lab/serial', 'rubbish')
        signature = self.signed(self.text(serial='100'))
        self.assertEqual(signature.highest_serial(), -1, 'a signature that was not verified counts')
        signature.check()

    def test_a_serial_that_was_not_verified_is_not_remembered(self) -> None:
        signature = self.signed(self.text())
        signature.check()
        signature.remember_serial()
        self.assertFalse(os.path.exists(self.layout.base + '/serial'))

    def test_without_ssh_keygen(self) -> None:
        self.allow('b ' + self.public(self.key))
        signature = self.signed(self.text())
        with mock.patch('shutil.which', lambda name: None), self.stops('ssh-keygen is missing'):
            signature.check()
