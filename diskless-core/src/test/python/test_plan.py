"""What a switch would do."""

import os

from diskless_master.plan import plan_switch
from switching import SwitchCase


class PlanTest(SwitchCase):
    def plan(self, version: str) -> str:
        before = self.state()
        self.said()
        plan_switch(self.switch, self.layout.release(version) + '/master', version)
        self.assertEqual(self.state(), before)
        return self.said().replace(self.folder, '')

    def test_the_first_switch(self) -> None:
        self.put('etc/a', 'by hand')
        self.assertEqual(self.plan('1').splitlines(), [
            'would write /etc/a, and keep the file that is there, which diskless did not write',
            'would write /etc/new/b, which is new',
            'would write /etc/hosts: its lines between the markers of this cluster',
            'would switch /srv/diskless/lab/active from no release to 1'])

    def test_the_next_switch(self) -> None:
        self.switch.to('1', 'activate')
        self.assertEqual(self.plan('1'), 'would leave /srv/diskless/lab/active at 1')
        self.assertEqual(self.plan('2').splitlines(), [
            'would write /etc/a', 'would write /etc/deep/new/c, which is new', 'would remove /etc/new/b, which release 2 does not have',
            'would write /etc/hosts: its lines between the markers of this cluster', 'would switch /srv/diskless/lab/active from 1 to 2'])

    def test_a_host_table_with_nothing_else(self) -> None:
        os.unlink(self.folder + '/etc/hosts')
        self.switch.to('1', 'activate')
        self.put('srv/diskless/lab/releases/2/master/etc/hosts.diskless', '')
        self.assertIn('would remove /etc/hosts, which contains nothing else', self.plan('2'))
