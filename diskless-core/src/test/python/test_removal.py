"""Releases that are removed."""

import os

from diskless_master.removal import finish_removal, remove_releases
from switching import SwitchCase


class RemovalTest(SwitchCase):
    def setUp(self) -> None:
        super().setUp()
        for version in '0123':
            self.release(version, {'master/etc/exports.d/lab.exports': '/%s n(ro)\n' % version, 'boot/%s/k' % version: ''})
        for version in '012':
            self.switch.to(version, 'activate')
        self.said()

    def test_releases_that_are_needed(self) -> None:
        for version, problem in (('2', 'release 2 is the active one'), ('1', 'release 1 is the one that a rollback goes to'),
                                 ('9', 'release 9 is not installed. Installed releases: 0 1 2 3')):
            with self.stops(problem):
                remove_releases(self.switch, ['0', version], False)
        self.assertEqual(self.layout.installed(), ['0', '1', '2', '3'])

    def test_a_dry_run(self) -> None:
        remove_releases(self.switch, ['0', '3'], True)
        self.assertEqual((self.said(), self.layout.installed()), ('would remove release 0\nwould remove release 3', ['0', '1', '2', '3']))

    def test_a_removed_release_is_not_exported(self) -> None:
        self.assertIn('/0 n(ro)', self.read('etc/exports.d/lab.exports'))
        remove_releases(self.switch, ['0', '3', '0'], False)
        self.assertEqual(sorted(os.listdir(self.layout.releases)), ['1', '2'])
        self.assertEqual(self.read('etc/exports.d/lab.exports'), '/2 n(ro)\n# Of release 1, for nodes that run it.\n/1 n(ro)\n')
        self.assertTrue(self.switch.files.is_ours('/etc/exports.d/lab.exports'))
        self.assertFalse(os.path.exists(self.switch.undo))
        self.assertEqual(sorted(os.listdir(self.layout.release('1') + '/boot')), ['1'])

    def test_exports_of_the_administrator_stay(self) -> None:
        self.put('etc/exports.d/lab.exports', 'by hand\n')
        remove_releases(self.switch, ['0'], False)
        self.assertEqual(self.read('etc/exports.d/lab.exports'), 'by hand\n')
        self.assertIn('is not as diskless wrote it and was left alone; it may name releases that are gone', self.said())

    def test_a_killed_run_is_finished(self) -> None:
        os.rename(self.layout.release('3'), self.layout.releases + '/.3.removed')
        finish_removal(self.switch)
        self.assertEqual(sorted(os.listdir(self.layout.releases)), ['0', '1', '2'])
        self.assertIn('removed release 3', self.said())
        finish_removal(self.switch)
        self.assertEqual(self.said(), '')

    def test_before_any_release_is_active(self) -> None:
        os.unlink(self.layout.base + '/active')
        remove_releases(self.switch, ['3'], False)
        self.assertEqual(self.layout.installed(), ['0', '1', '2'])
