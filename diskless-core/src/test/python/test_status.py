"""What is installed."""

import os

from diskless_master.history import remember
from diskless_master.status import show_status
from sample import Case


class StatusTest(Case):
    def test_releases_and_their_room(self) -> None:
        show_status(self.layout)
        self.assertEqual(self.said(), '')
        first = self.release('1', {'images/x': 'x' * 100000, 'boot/a': 'a' * 5000})
        second = self.release('2')
        os.mkdir(second + '/images')
        os.link(first + '/images/x', second + '/images/x')
        os.link(first + '/images/x', second + '/images/y')
        os.symlink('/', second + '/images/link')
        os.mkfifo(second + '/images/fifo')
        for version, before in (('1', ''), ('2', '1')):
            self.layout.point(version)
            remember(self.layout, 'activate', version, before)
        show_status(self.layout)
        lines = [line.split('\t') for line in self.said().splitlines()]
        self.assertEqual([line[:2] for line in lines], [['1', 'previous'], ['2', 'active']])
        shared = os.stat(first + '/images/x').st_blocks * 512
        for line in lines:
            self.assertEqual(int(line[2]) - int(line[3]), shared)
