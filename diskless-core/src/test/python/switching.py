"""Two releases on a temporary master, for the tests of switches."""

import os
from typing import Dict
from unittest import mock

from diskless_master.layout import Layout
from diskless_master.switch import Switch
from sample import Case

HOSTS = '# BEGIN diskless cluster lab\n%s\n# END diskless cluster lab\n'


class SwitchCase(Case):
    """Release 1 has files a and b of the host, release 2 a and c."""

    def setUp(self) -> None:
        super().setUp()
        patch = mock.patch.object(Layout, 'flush', lambda _: None)  # a disk of others may take long
        patch.start()
        self.addCleanup(patch.stop)
        self.release('1', {'master/etc/a': 'a1\n', 'master/etc/new/b': 'b1\n', 'master/etc/hosts.diskless': '10.0.0.1 n1\n',
                           'boot/1/golden/vmlinuz': 'one'})
        self.release('2', {'master/etc/a': 'a2\n', 'master/etc/deep/new/c': 'c2\n', 'master/etc/hosts.diskless': '10.0.0.2 n2\n',
                           'boot/2/golden/vmlinuz': 'two'})
        self.put('etc/hosts', 'mine\n', 0o640)

    @property
    def switch(self) -> Switch:
        """A switch as a new run has it."""
        return Switch(self.layout)

    def state(self) -> Dict[str, str]:
        """The files of the host and their content, links with their target; without the releases and what a switch notes."""
        found = {}
        for folder, names, files in os.walk(self.folder):
            if folder == self.folder:
                names.remove('srv')
            for name in names:
                if not os.path.islink(folder + '/' + name):
                    found[folder[len(self.folder):] + '/' + name + '/'] = ''
            for name in files + names:
                path = folder + '/' + name
                if os.path.islink(path):
                    found[path[len(self.folder):]] = '-> ' + os.readlink(path)
                elif os.path.isfile(path):
                    found[path[len(self.folder):]] = self.read(path[len(self.folder):]) + '%o' % (os.stat(path).st_mode & 0o777)
        return found
