"""Files of the host that also contain lines of others.

Only a block of such a file belongs to diskless, between two lines that name the cluster. All other lines stay,
whatever becomes of a release.
"""

import os
from typing import List, Optional

from diskless_master.host import say
from diskless_master.hostfiles import HOSTS_BLOCK, HostFiles, is_same_file
from diskless_master.layout import copy_entry, exists, read_lines, read_text, split_lines, write_text

BLOCK_PATHS = ['/etc/hosts']


class Blocks:
    """The blocks of one cluster."""

    def __init__(self, files: HostFiles) -> None:
        self.files = files
        self.layout = files.layout
        self.begin = '# BEGIN diskless cluster ' + self.layout.cluster
        self.end = '# END diskless cluster ' + self.layout.cluster

    def block_of(self, master: str) -> List[str]:
        """The lines that a release has for the block."""
        return read_lines(master + HOSTS_BLOCK)

    def with_block(self, text: str, block: List[str]) -> str:
        """The lines of a text with others as the block, which stays where it was, or comes last.

        Where the end of a block is missing, its lines may belong to anybody, and nothing is removed.
        """
        laid = [line for line in block if line not in (self.begin, self.end)]
        laid = [self.begin] + laid + [self.end] if laid else []
        result = []  # type: List[str]
        held = []  # type: List[str]
        is_laid = False
        for line in split_lines(text):
            if line == self.begin:
                result += held
                held = [line]
            elif held and line == self.end:
                result += [] if is_laid else laid
                is_laid = True
                held = []
            elif held:
                held.append(line)
            else:
                result.append(line)
        result += held
        result += [] if is_laid else laid
        return ''.join(line + '\n' for line in result)

    def can_have_block(self, path: str) -> bool:
        """Whether a file of the host may be replaced. A link belongs to the administrator, and a mount point cannot be renamed."""
        target = self.layout.on_host(path)
        if not os.path.isdir(os.path.dirname(target)):
            return False
        if not exists(target):
            return True
        mounts = read_text('/proc/self/mounts')
        if os.path.islink(target) or not os.path.isfile(target) or ' %s ' % target in mounts:
            say('%s is not a plain file and was left alone. The lines for it are in %s.'
                % (target, self.layout.base + '/active/master' + HOSTS_BLOCK))
            return False
        return True

    def write_new(self, master: Optional[str], path: str, target: str) -> None:
        """Writes what a file of the host is with the block of a release, or without one."""
        source = self.layout.on_host(path)
        block = self.block_of(master) if master else []
        text = ''
        if exists(target):
            os.unlink(target)
        if exists(source):
            copy_entry(source, target)
            text = read_text(source)
        write_text(target, self.with_block(text, block))

    def restore(self, journal: str, path: str) -> None:
        """Gives a file of the host the block that it had before a switch."""
        old = journal + '/old' + path
        target = self.layout.on_host(path)
        staged = self.files.staged(path)
        if exists(old) and not exists(target):
            copy_entry(old, staged)
            os.rename(staged, target)
            return
        if not exists(target):
            return
        if exists(staged):
            os.unlink(staged)
        copy_entry(target, staged)
        write_text(staged, self.with_block(read_text(target), self._block_in(read_lines(old))))
        if is_same_file(staged, old):
            os.unlink(staged)
            copy_entry(old, staged)
        if os.path.getsize(staged) > 0 or exists(old):
            os.rename(staged, target)
        else:
            os.unlink(staged)
            os.unlink(target)

    def _block_in(self, lines: List[str]) -> List[str]:
        held = []  # type: List[str]
        inside = False
        for line in lines:
            if line == self.begin:
                inside, held = True, []
            elif inside and line == self.end:
                return held
            elif inside:
                held.append(line)
        return []
