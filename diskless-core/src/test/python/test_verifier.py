"""The verifier that stays on the master."""

import os
from unittest import mock

from diskless_master.signature import Signature
from diskless_master.verifier import keep_verifier
from sample import META, Case


class VerifierTest(Case):
    def keep(self, version: str, is_older: bool = False) -> None:
        keep_verifier(self.layout, version, mock.Mock(spec=Signature, is_older=lambda: is_older))

    def test_the_verifier_of_the_newest_release_stays(self) -> None:
        self.release('1', {META + 'verify': 'one\n'})
        self.release('2', {META + 'verify': 'two\n'})
        target = self.folder + '/usr/local/sbin/diskless-install'
        self.keep('1')
        self.assertEqual(self.read('usr/local/sbin/diskless-install'), '#!/usr/bin/python3 -I\none\n')
        self.assertEqual(os.stat(target).st_mode & 0o777, 0o755)
        self.assertIn('wrote %s of release 1' % target, self.said())
        self.keep('1')
        self.assertEqual(self.said(), '')
        self.keep('2')
        self.assertIn('replaced %s by the one of release 2' % target, self.said())
        self.keep('1', is_older=True)
        self.assertIn('is of a newer bundle and stays', self.said())
        self.assertIn('two', self.read('usr/local/sbin/diskless-install'))
        self.assertEqual(os.listdir(self.folder + '/usr/local/sbin'), ['diskless-install'])

    def test_a_release_without_a_verifier(self) -> None:
        self.release('1')
        self.keep('1')
        self.assertFalse(os.path.exists(self.folder + '/usr'))
