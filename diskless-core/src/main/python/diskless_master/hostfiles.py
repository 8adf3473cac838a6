"""The master's own files.

They are copies at their own paths and not links to a release: AppArmor and SELinux let dhcpd and Kea read below /etc only,
and a service that starts before the releases are mounted finds its configuration.
"""

import filecmp
import hashlib
import os
from typing import List, Tuple

from diskless_master.exports import collect_exports, collect_shares
from diskless_master.layout import Layout, copy_entry, exists, is_plain_file, keep_time, read_lines, write_text

# The file of a release whose lines go into a block of the host's /etc/hosts.
HOSTS_BLOCK = '/etc/hosts.diskless'


def digest_of(path: str) -> str:
    """SHA-256 of a file's content, or of the text of a link."""
    sha = hashlib.sha256()
    if os.path.islink(path):
        sha.update(os.fsencode(os.readlink(path)) + b'\n')
    else:
        with open(path, 'rb') as file:
            for part in iter(lambda: file.read(1 << 20), b''):
                sha.update(part)
    return sha.hexdigest()


def is_same_file(one: str, other: str) -> bool:
    """Whether two plain files are equal in content, owner and mode."""
    if not is_plain_file(one) or not is_plain_file(other):
        return False
    first, second = os.stat(one), os.stat(other)
    if (first.st_mode, first.st_uid, first.st_gid, first.st_size) != (second.st_mode, second.st_uid, second.st_gid, second.st_size):
        return False
    return filecmp.cmp(one, other, shallow=False)


class HostFiles:
    """The files of the host that a release has, and what is known of them."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def staged(self, path: str) -> str:
        """Where a new file waits beside the old one. No service reads hidden names."""
        folder, name = path.rsplit('/', 1)
        return '%s/.diskless-new.%s' % (self.layout.on_host(folder), name)

    def is_ours(self, path: str) -> bool:
        """Whether a file of the host is as diskless wrote it."""
        target = self.layout.on_host(path)
        if not exists(target) or (os.path.isdir(target) and not os.path.islink(target)):
            return False
        return '%s  %s' % (digest_of(target), path) in read_lines(self.layout.host + '/written')

    def paths_of(self, master: str) -> List[str]:
        """The paths of the host for which a release has a file, sorted; without blocks of other files."""
        found = []
        for folder, names, files in os.walk(master):
            links = [name for name in names if os.path.islink(os.path.join(folder, name))]
            found += [os.path.join(folder, name)[len(master):] for name in files + links]
        return sorted(path for path in found if path != HOSTS_BLOCK)

    def no_longer(self, paths: List[str]) -> List[str]:
        """Paths that diskless wrote earlier and that are not in a list."""
        written = {line[66:] for line in read_lines(self.layout.host + '/written')}
        return sorted(written - set(paths))

    def write_new(self, master: str, version: str, path: str, target: str) -> None:
        """Writes what belongs at a path of the host to a new file."""
        if exists(target):
            os.unlink(target)
        source = master + path
        copy_entry(source, target)
        if path.startswith('/etc/exports.d/') and path.endswith('.exports'):
            text = collect_exports(source, self._others(version, path))
        elif path == '/etc/ganesha/ganesha.conf':
            text = collect_shares(source, self._others(version, path), self.layout.on_host(path))
        else:
            return
        write_text(target, text)
        keep_time(source, target)

    def _others(self, version: str, path: str) -> 'List[Tuple[str, str]]':
        """The same file of all other installed releases: version and name."""
        files = [(other, self.layout.release(other) + '/master' + path)
                 for other in self.layout.installed() if other != version]
        return [(other, name) for other, name in files if os.path.isfile(name)]
