"""Copies trees out of directories that nodes can write, to a directory that only root can reach."""
import errno
import fcntl
import os
import shutil
import stat
from typing import Dict, List, NamedTuple, Optional, Tuple

from diskless_master.nodepath import DEEPEST_DIRECTORY, NODE_DIRECTORY, NodeFilesError
from diskless_master.nodepath import reopen_node_file, shown_path
from diskless_master.sparse import data_parts

# ioctl_ficlone(2) on all processors but MIPS, PowerPC, SPARC and Alpha, where the call fails and the content is copied.
FICLONE = 0x40049409

COPY_PIECE = 1 << 20


class CopiedDirectory(NamedTuple):
    """A directory whose content is being copied."""

    source: int  # descriptor
    target: int  # descriptor
    status: os.stat_result  # of the source
    path: str  # of the source, for messages
    names: List[str]  # that remain to be copied


def copy_node_tree(parent: int, name: str, path: str, destination: str) -> None:
    """Copies an entry of a directory, with all that is below, to a path that does not exist.

    Owners, modes, times, extended attributes, holes and hard links are kept. Entries that vanish meanwhile are skipped.
    Each entry is copied from the inode that the entry's name had when the copy came to the name.
    """
    folder, last = os.path.split(os.path.abspath(destination))
    target = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        links = "%s.links-%d" % (last, os.getpid())
        os.mkdir(links, 0o700, dir_fd=target)
        try:
            kept = os.open(links, NODE_DIRECTORY, dir_fd=target)
            try:
                copy_all(TreeCopy(kept), (parent, name), (target, last), path)
            finally:
                os.close(kept)
        finally:
            shutil.rmtree(os.path.join(folder, links))
    finally:
        os.close(target)


def copy_all(copy: "TreeCopy", source: Tuple[int, str], target: Tuple[int, str], path: str) -> None:
    """Copies without recursion, because trees of nodes may be deeper than Python's stack."""
    stack = []  # type: List[CopiedDirectory]
    try:
        stack.extend(copy.entry(source, target, path))
        while stack:
            current = stack[-1]
            if not current.names:
                copy_attributes("/proc/self/fd/%d" % current.source, "/proc/self/fd/%d" % current.target, current.status)
                os.close(current.source)
                os.close(current.target)
                stack.pop()
                continue
            if len(stack) > DEEPEST_DIRECTORY:
                raise NodeFilesError("%s: more than %d nested directories" % (shown_path(path), DEEPEST_DIRECTORY))
            name = current.names.pop()
            try:
                stack.extend(copy.entry((current.source, name), (current.target, name), current.path + "/" + name))
            except FileNotFoundError:
                continue
    except OSError as problem:
        where = stack[-1].path if stack else path
        raise NodeFilesError("%s: cannot copy: %s" % (shown_path(where), problem.strerror)) from problem
    finally:
        for each in stack:
            os.close(each.source)
            os.close(each.target)


class TreeCopy:
    """One copy of a tree. Files with several names have another name in a folder beside the copy until the copy ends."""

    def __init__(self, links: int) -> None:
        self.links = links  # descriptor of that folder
        self.known = {}  # type: Dict[Tuple[int, int], str]

    def entry(self, source: Tuple[int, str], target: Tuple[int, str], path: str) -> List[CopiedDirectory]:
        """Copies one entry. A directory is returned, to be filled. Raises FileNotFoundError if the entry is missing."""
        place = os.open(source[1], os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=source[0])
        try:
            status = os.fstat(place)
            if stat.S_ISDIR(status.st_mode):
                return [begin_copy(place, target, status, path)]
            has_names = status.st_nlink > 1
            first = self.known.get((status.st_dev, status.st_ino)) if has_names else None
            if first is not None:
                os.link(first, target[1], src_dir_fd=self.links, dst_dir_fd=target[0], follow_symlinks=False)
                return []
            copy_node_file(place, target, status, path)
            copy_attributes("/proc/self/fd/%d" % place, "/proc/self/fd/%d/%s" % target, status)
            if has_names:
                first = str(len(self.known))
                self.known[(status.st_dev, status.st_ino)] = first
                os.link(target[1], first, src_dir_fd=target[0], dst_dir_fd=self.links, follow_symlinks=False)
            return []
        finally:
            os.close(place)


def begin_copy(place: int, target: Tuple[int, str], status: os.stat_result, path: str) -> CopiedDirectory:
    """Makes the copy of a directory, which only this user can enter until the directory is complete."""
    os.mkdir(target[1], 0o700, dir_fd=target[0])
    source = os.open(".", NODE_DIRECTORY, dir_fd=place)
    made = None  # type: Optional[int]
    try:
        made = os.open(target[1], NODE_DIRECTORY, dir_fd=target[0])
        return CopiedDirectory(source, made, status, path, os.listdir(source))
    except OSError:
        os.close(source)
        if made is not None:
            os.close(made)
        raise


def copy_node_file(place: int, target: Tuple[int, str], status: os.stat_result, path: str) -> None:
    """Copies what is not a directory, from its O_PATH descriptor."""
    if stat.S_ISLNK(status.st_mode):
        os.symlink(os.readlink("", dir_fd=place), target[1], dir_fd=target[0])
    elif stat.S_ISREG(status.st_mode):
        source = reopen_node_file(place, path)
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            made = os.open(target[1], flags, 0o600, dir_fd=target[0])
            try:
                copy_content(source, made, os.fstat(source).st_size)
            finally:
                os.close(made)
        finally:
            os.close(source)
    else:
        os.mknod(target[1], stat.S_IFMT(status.st_mode) | 0o600, status.st_rdev, dir_fd=target[0])


def copy_content(source: int, target: int, size: int) -> None:
    """Shares the blocks, or copies the data and leaves holes. The copy ends at the first size of a file that grows."""
    try:
        fcntl.ioctl(target, FICLONE, source)
        return
    except OSError:
        pass
    for position, end in data_parts(source, size):
        while position < end:
            data = os.pread(source, min(COPY_PIECE, end - position), position)
            if not data:
                break
            position += os.pwrite(target, data, position)
    os.ftruncate(target, size)


def copy_attributes(source: str, target: str, status: os.stat_result) -> None:
    """Sets owner, mode, extended attributes and times, in this order, because a new owner clears set-uid bits and capabilities.

    Neither path is followed at its end, except that a descriptor below /proc/self/fd stands for its file.
    """
    is_open = os.path.dirname(target) == "/proc/self/fd"
    os.chown(target, status.st_uid, status.st_gid, follow_symlinks=is_open)
    if not stat.S_ISLNK(status.st_mode):
        os.chmod(target, stat.S_IMODE(status.st_mode))
    for name in os.listxattr(source):
        try:
            os.setxattr(target, name, os.getxattr(source, name), follow_symlinks=is_open)
        except OSError as problem:
            if problem.errno not in (errno.ENOTSUP, errno.ENODATA):
                raise
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns), follow_symlinks=is_open)
