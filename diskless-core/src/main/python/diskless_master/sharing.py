"""Files that two releases have in common: no node writes into images, groups, nodes and boot, so one file serves both."""

import os
import re
import stat
from typing import Dict, List, Set

from diskless_master.host import say
from diskless_master.layout import Layout, read_lines, remove_tree
from diskless_master.manifest import Entry, Manifest, disk_line
from diskless_master.unpack import beside, file_digest

_SHARED = ('images', 'groups', 'nodes', 'boot')
# Lists of tar(1) cannot contain such names.
_UNLISTED = re.compile(r'[\n\\]|[ \t\r\f\v]$')


class Sharing:
    """What a new release shares with an installed one."""

    def __init__(self, layout: Layout, version: str, manifest: Manifest) -> None:
        self.layout = layout
        self.folder = layout.release(version)
        self.version = version
        self.manifest = manifest
        self.names = set()  # type: Set[str]
        self.inodes = {}  # type: Dict[str, int]

    def find(self, is_thorough: bool) -> None:
        """Finds the files that are equal in both, and not damaged. is_thorough reads each of them."""
        old = self._old_lines()
        candidates = [entry for entry in self.manifest.files()
                      if entry.line in old and not _UNLISTED.search(entry.name)]
        sound = [entry for entry in candidates if self._is_sound(entry)]
        if len(sound) < len(candidates):
            say('%d files of %s are not as its manifest says; they are taken from the bundle'
                % (len(candidates) - len(sound), self.folder))
        if is_thorough:
            damaged = {entry.name for entry in beside(self._is_damaged, sound)}
            if damaged:
                say('%d files of %s are damaged; they are taken from the bundle' % (len(damaged), self.folder))
            sound = [entry for entry in sound if entry.name not in damaged]
        self.names = {entry.name for entry in sound}
        if self.manifest.has_links:
            self._drop_other_links()

    def _old_lines(self) -> Set[str]:
        lines = set()
        for line in read_lines(self.layout.meta(self.version, 'manifest')):
            if line[2:].split('/', 1)[0] in _SHARED and ' type=file ' in line:
                lines.add(disk_line(line))
        return lines

    def _is_sound(self, entry: Entry) -> bool:
        try:
            status = os.lstat(self.folder + '/' + entry.name)
        except OSError:
            return False
        self.inodes[entry.name] = status.st_ino
        return (stat.S_ISREG(status.st_mode) and stat.S_IMODE(status.st_mode) == entry.mode and status.st_uid == entry.uid
                and status.st_gid == entry.gid and status.st_mtime_ns // 1000000000 == entry.seconds and status.st_size == entry.size)

    def _is_damaged(self, entry: Entry) -> bool:
        return file_digest(self.folder + '/' + entry.name, entry.is_sparse) != entry.digest

    def _drop_other_links(self) -> None:
        """Leaves out files that have other names in common than in the new release: the link itself would be wrong."""
        of_inode = {}  # type: Dict[int, Set[str]]
        for name in self.names:
            of_inode.setdefault(self.inodes[name], set()).add(name)
        first_of = {name: first for first, names in self.manifest.groups().items() for name in names}
        for names in of_inode.values():
            firsts = {first_of.get(name, name) for name in names}
            # Names that are missing in the old release, or another file there, become links to the first one as tar unpacks them.
            if len(firsts) > 1 or not firsts <= names:
                self.names -= names

    def link(self, partial: str) -> None:
        """Links the shared files into the new release. If the file system cannot, all are taken from the bundle."""
        made = set()  # type: Set[str]
        try:
            for name in sorted(self.names):
                parent = os.path.dirname(name)
                if parent not in made:
                    os.makedirs(partial + '/' + parent, exist_ok=True)
                    made.add(parent)
                os.link(self.folder + '/' + name, partial + '/' + name, follow_symlinks=False)
        except OSError as error:
            say('cannot share files with %s (%s); all are taken from the bundle' % (self.folder, error.strerror))
            for folder in _SHARED:
                remove_tree(partial + '/' + folder)
            self.names = set()

    def image_lines(self, image: str) -> List[str]:
        """The lines that the old release has for an image."""
        start = './images/%s' % image
        return [disk_line(line) for line in read_lines(self.layout.meta(self.version, 'manifest'))
                if line.startswith((start + '/', start + ' '))]
