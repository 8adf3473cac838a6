"""The verifier: what it runs, and what it does not."""

import contextlib
import hashlib
import io
import os
from typing import List
from unittest import mock

from diskless_master import verify
from diskless_master.bundle import META
from diskless_master.host import Stop
from diskless_master.verify import verify_main
from sample import Case, SampleBundle, raw_entry

INSTALLER = """
import os, sys
here = os.path.dirname(os.path.abspath(sys.argv[0]))
assert os.stat(here).st_mode & 0o777 == 0o700
open(%r, "w").write(" ".join(sys.argv[1:]))
sys.exit(7)
"""


class VerifyTest(Case):
    def setUp(self) -> None:
        super().setUp()
        self.sample = SampleBundle()
        self.ran = self.folder + '/ran'
        self.sample.meta['install'] = INSTALLER % self.ran
        self.bundle = self.folder + '/b.tar.zst'
        patch = mock.patch.object(verify, 'stop_on_signals', lambda: None)
        patch.start()
        self.addCleanup(patch.stop)

    def verify(self, *more: str) -> int:
        self.sample.write(self.bundle)
        return verify_main([self.bundle, '--destdir', self.folder] + list(more))

    def refuses(self, problem: str, *more: str) -> None:
        self.assertEqual(self.verify(*more), 1)
        self.assertFalse(os.path.exists(self.ran))
        self.assertRegex(self.said(), problem)

    def test_the_installer_runs_with_the_options(self) -> None:
        self.assertEqual(self.verify('--no-switch'), 7)
        self.assertEqual(self.read('ran'), '%s --destdir %s --no-switch' % (self.bundle, self.folder))
        self.assertEqual([name for name in os.listdir('/tmp') if name.startswith('diskless-install-')], [])

    def test_an_installer_of_older_bundles(self) -> None:
        self.sample.meta['install'] = '#!/bin/sh\necho "$@" >%s; exit 6\n' % self.ran
        self.assertEqual(self.verify(), 6)

    def test_an_installer_that_the_manifest_does_not_cover(self) -> None:
        self.sample.meta.pop('install')
        self.sample.after.append((raw_entry(META + 'install', b'evil'), None))
        self.refuses('META-INF/diskless/install is not what its manifest says')
        line = './%sinstall type=file sha256digest=%s' % (META, hashlib.sha256(b'good').hexdigest())
        self.sample.after[-1] = (self.sample.after[-1][0], line)
        self.refuses('META-INF/diskless/install is not what its manifest says')

    def test_bytes_that_were_not_signed(self) -> None:
        with mock.patch.object(verify.Signature, 'check_content', side_effect=Stop('was changed after it was signed')):
            self.refuses('was changed after it was signed')

    def test_an_installed_bundle_is_not_read_again(self) -> None:
        self.release('2')
        self.put('srv/diskless/lab/releases/2/' + META + 'manifest', self.sample.manifest())
        with mock.patch.object(verify.Signature, 'check_content', side_effect=AssertionError):
            self.assertEqual(self.verify(), 7)

    def test_a_bundle_that_is_not_signed(self) -> None:
        self.put('etc/diskless/allowed_signers')
        self.refuses('is not signed, and ')

    def test_the_master_of_another_cluster(self) -> None:
        os.makedirs(self.folder + '/srv/diskless/other')
        os.symlink('x', self.folder + '/srv/diskless/other/active')
        self.refuses('this machine is the master of the cluster other')
        self.assertEqual(self.verify('--no-switch'), 7)

    def test_a_destdir_in_both_forms(self) -> None:
        self.put('etc/diskless/allowed_signers')
        self.sample.write(self.bundle)
        for arguments in (['--destdir=' + self.folder], ['--destdir', self.folder + '/'], ['--destdir', '/none', '--destdir', self.folder]):
            self.assertEqual(verify_main(arguments + [self.bundle]), 1)
            self.assertIn(' is not signed, and ' + self.folder + '/etc', self.said())
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(self.folder)
        self.assertEqual(verify_main(['b.tar.zst', '--destdir', '.']), 1)
        self.assertIn('b.tar.zst is not signed', self.said())

    def test_other_files(self) -> None:
        self.assertEqual(verify_main([self.put('x', 'text')]), 1)
        self.assertIn('is packed neither with zstd nor with gzip', self.said())

    def test_a_bundle_that_does_not_exist(self) -> None:
        self.assertEqual(verify_main([self.folder + '/none']), 1)
        self.assertIn('/none: No such file or directory', self.said())

    def test_usage(self) -> None:
        for arguments, status in (([], 2), (['--help'], 0), (['-h'], 0), ([self.put('a'), self.put('b')], 2)):  # type: List[str], int
            errors = io.StringIO()
            with contextlib.redirect_stderr(errors):
                self.assertEqual(verify_main(arguments), status)
            self.assertIn('usage: diskless-install BUNDLE', errors.getvalue())
