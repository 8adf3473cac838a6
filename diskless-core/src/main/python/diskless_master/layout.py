"""Where everything of one cluster is on its master, and the steps that make changes durable."""

import os
import shutil
from typing import List, Optional

from diskless_master.host import Stop, has_program, last_line, run


class Layout:
    """The paths of one cluster on its master.

    destdir stands before every path; it is empty for the machine itself. directory holds all clusters.
    """

    def __init__(self, destdir: str, directory: str, cluster: str) -> None:
        self.destdir = destdir
        self.directory = directory
        self.cluster = cluster
        self.base = destdir + directory + '/' + cluster
        self.releases = self.base + '/releases'
        # Which files of the host diskless wrote, what it found in their place, and the journal of a switch.
        self.host = self.base + '/host'
        # What outlives releases: the state of each node, and secrets, which no bundle contains.
        self.state = self.base + '/state'
        self.secret = self.base + '/secret'
        self.history = self.base + '/history'

    def release(self, version: str) -> str:
        """The directory of a release."""
        return self.releases + '/' + version

    def meta(self, version: str, name: str) -> str:
        """A file that a release says of itself."""
        return '%s/%s/META-INF/diskless/%s' % (self.releases, version, name)

    def on_host(self, path: str) -> str:
        """A path of the host, below destdir."""
        return self.destdir + path

    def partial(self, version: str) -> str:
        """Where a release is unpacked before it is complete."""
        return '%s/.%s.partial' % (self.releases, version)

    def is_installed(self, version: str) -> bool:
        """Whether a release is complete."""
        return os.path.isfile(self.meta(version, 'manifest'))

    def installed(self) -> List[str]:
        """The versions of all installed releases, sorted."""
        if not os.path.isdir(self.releases):
            return []
        return sorted(name for name in os.listdir(self.releases)
                      if not name.startswith('.') and os.path.isdir(self.release(name)))

    def active(self) -> str:
        """The version that is served; empty if there is none."""
        try:
            target = os.readlink(self.base + '/active')
        except OSError:
            return ''
        return target[len('releases/'):] if target.startswith('releases/') else target

    def point(self, version: str) -> None:
        """Makes a release the active one, in one step."""
        link_to('releases/' + version, self.base + '/active', self.base + '/.active.new')

    def flush(self) -> None:
        """Returns when everything written so far is on the disk.

        The releases and the files of the host may be on two disks, which a power cut may stop at different moments.
        So this runs before every step on one of them that depends on a step on the other.
        """
        for path in (self.releases, self.destdir + '/'):
            if run(['sync', '-f', path])[0] != 0:
                raise Stop('cannot write to %s: is the disk full?' % path)

    def discard(self, folder: str) -> None:
        """Removes a directory: it is complete until it does not exist any more, whenever this run is killed."""
        gone = self.host + '/.gone'
        remove_tree(gone)
        os.rename(folder, gone)
        remove_tree(gone)


def link_to(target: str, path: str, beside: str) -> None:
    """Makes or replaces a symbolic link by one rename."""
    if os.path.lexists(beside):
        os.unlink(beside)
    os.symlink(target, beside)
    os.rename(beside, path)


def exists(path: str) -> bool:
    """Whether there is anything at a path, even a dangling link."""
    return os.path.lexists(path)


def is_plain_file(path: str) -> bool:
    """Whether a path is a regular file and not a link to one."""
    return os.path.isfile(path) and not os.path.islink(path)


def remove_tree(path: str) -> None:
    """Removes a directory of root's own with everything in it, or a file; nothing if there is none."""
    if os.path.isdir(path) and not os.path.islink(path):
        # rm(1) follows no link and needs no stack for deep directories.
        code, output = run(['rm', '-rf', '--', path])
        if code != 0:
            raise Stop('cannot remove %s: %s' % (path, last_line(output, code)))
    elif exists(path):
        os.unlink(path)


def read_text(path: str) -> str:
    """The text of a file; empty if it does not exist."""
    try:
        with open(path, 'rb') as file:
            return os.fsdecode(file.read())
    except FileNotFoundError:
        return ''


def read_lines(path: str) -> List[str]:
    """The lines of a file; none if it does not exist."""
    return split_lines(read_text(path))


def split_lines(text: str) -> List[str]:
    """Lines between line feeds only; str.splitlines() splits at other characters, too."""
    lines = text.split('\n')
    return lines[:-1] if lines[-1] == '' else lines


def write_text(path: str, text: str) -> None:
    """Writes a file in place; for files that count only after a later rename."""
    with open(path, 'wb') as file:
        file.write(os.fsencode(text))


def replace_text(path: str, beside: str, text: str) -> None:
    """Replaces a file by one rename."""
    write_text(beside, text)
    os.rename(beside, path)


def sync_files(paths: List[str]) -> None:
    """Returns when the contents of files are on the disk."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def append_line(path: str, line: str) -> None:
    """Adds a line to a file."""
    with open(path, 'ab') as file:
        file.write(os.fsencode(line + '\n'))


def copy_entry(source: str, target: str) -> None:
    """Copies a file or a symbolic link with its owner, mode, times and extended attributes to a new name."""
    status = os.lstat(source)
    shutil.copyfile(source, target, follow_symlinks=False)
    os.chown(target, status.st_uid, status.st_gid, follow_symlinks=False)
    shutil.copystat(source, target, follow_symlinks=False)


def keep_time(source: str, target: str) -> None:
    """Gives a file the time of last modification of another one."""
    status = os.stat(source)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def need_tools(names: List[str]) -> None:
    """Stops with all programs that are missing."""
    missing = [name for name in names if not has_program(name)]
    if missing:
        raise Stop('missing programs: %s. Install them.' % ', '.join(missing))


def only_other_cluster(layout: Layout) -> Optional[str]:
    """Another cluster that this machine serves; None if there is none."""
    directory = layout.destdir + layout.directory
    if not os.path.isdir(directory):
        return None
    for name in sorted(os.listdir(directory)):
        if name != layout.cluster and os.path.islink('%s/%s/active' % (directory, name)):
            return name
    return None
