"""Steps below directories that nodes can write.

Root on a node can replace any name below the node's directories at any time, also between two system calls of the master.
For this reason the kernel never gets a path with more than one component below the root of such a directory. Each component
is opened relative to the directory before it, symbolic links are never followed, and devices are never opened.
"""
import errno
import os
import resource
import stat
import time
from typing import Iterator, List, NamedTuple, Tuple

NODE_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

# Each open directory takes a file descriptor. Linux cannot name a file below 2,048 directories (PATH_MAX) by its path.
DEEPEST_DIRECTORY = 4096
LONGEST_PATH = 65536

# A node that holds an NFS delegation of a file gives the delegation back within milliseconds.
DELEGATION_SECONDS = 3.0


class NodeFilesError(Exception):
    """A problem below a directory that nodes can write, as `PATH: problem`."""


class NodeEntry(NamedTuple):
    """An entry of a directory that nodes can write."""

    path: str  # below the root of the walk
    status: os.stat_result  # of the entry itself, also if the entry is a symbolic link
    parent: int  # descriptor of the entry's directory, open until the walk continues
    name: str  # in that directory


def raise_file_limit() -> None:
    """Allows this process as many open files as the system permits, because deep trees need many."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def shown_path(path: str) -> str:
    """Returns a path for a message, without control characters and invalid bytes."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def node_path_names(path: str) -> List[str]:
    """Returns the components of a relative path. The empty path is the root itself."""
    names = path.split("/") if path else []
    if any(name in ("", ".", "..") or "\0" in name for name in names):
        raise NodeFilesError("%s: not a valid path below a node's directory" % shown_path(path))
    return names


def node_file_kind(mode: int) -> str:
    """Returns the type of a file in words."""
    kinds = [
        (stat.S_ISLNK, "a symbolic link"),
        (stat.S_ISDIR, "a directory"),
        (stat.S_ISREG, "a regular file"),
        (stat.S_ISFIFO, "a FIFO"),
        (stat.S_ISSOCK, "a socket"),
    ]
    return next((words for is_kind, words in kinds if is_kind(mode)), "a device")


def node_step_error(parent: int, name: str, shown: str, problem: OSError) -> NodeFilesError:
    """Returns the error for a directory that cannot be entered."""
    if problem.errno in (errno.ENOTDIR, errno.ELOOP):
        try:
            kind = node_file_kind(os.lstat(name, dir_fd=parent).st_mode)
        except OSError:
            kind = node_file_kind(stat.S_IFDIR)
        if kind == node_file_kind(stat.S_IFDIR):
            return NodeFilesError("%s: changed while it was opened" % shown_path(shown))
        return NodeFilesError("%s: is %s, not a directory" % (shown_path(shown), kind))
    if problem.errno == errno.EMFILE:
        return NodeFilesError("%s: too many nested directories for the limit of open files" % shown_path(shown))
    return NodeFilesError("%s: %s" % (shown_path(shown), problem.strerror))


def enter_node_directory(parent: int, name: str, shown: str) -> int:
    """Opens a directory of a directory. Raises FileNotFoundError if the directory is missing."""
    try:
        return os.open(name, NODE_DIRECTORY, dir_fd=parent)
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise node_step_error(parent, name, shown, problem) from problem


def open_node_directory(root: int, names: List[str]) -> int:
    """Opens a directory below a root. Raises FileNotFoundError if the directory or one above is missing."""
    current = os.open(".", NODE_DIRECTORY, dir_fd=root)
    for count, name in enumerate(names, 1):
        try:
            below = enter_node_directory(current, name, "/".join(names[:count]))
        finally:
            os.close(current)
        current = below
    return current


def open_node_file(parent: int, name: str, shown: str) -> int:
    """Opens a regular file of a directory for reading. Raises FileNotFoundError if the file is missing."""
    try:
        place = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise NodeFilesError("%s: %s" % (shown_path(shown), problem.strerror)) from problem
    try:
        return reopen_node_file(place, shown)
    finally:
        os.close(place)


def reopen_node_file(place: int, shown: str) -> int:
    """Opens the regular file of an O_PATH descriptor for reading, whatever has the file's name now."""
    mode = os.fstat(place).st_mode
    if not stat.S_ISREG(mode):
        raise NodeFilesError("%s: is %s, not a regular file" % (shown_path(shown), node_file_kind(mode)))
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    end = time.monotonic() + DELEGATION_SECONDS
    while True:
        try:
            opened = os.open("/proc/self/fd/%d" % place, flags)
            break
        except BlockingIOError as problem:  # a lease of another process, such as a delegation of the NFS server
            if time.monotonic() > end:
                raise NodeFilesError("%s: a node does not give back its lock" % shown_path(shown)) from problem
            time.sleep(0.01)
        except OSError as problem:
            raise NodeFilesError("%s: %s" % (shown_path(shown), problem.strerror)) from problem
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise NodeFilesError("%s: changed while it was opened" % shown_path(shown))
    return opened


def walk_node_tree(root: int) -> Iterator[NodeEntry]:
    """Returns all entries below a directory on the same file system, each directory before its content.

    Entries that vanish meanwhile are skipped. Directories that are nested too deeply are returned, but not their content.
    """
    device = os.fstat(root).st_dev
    first = os.open(".", NODE_DIRECTORY, dir_fd=root)
    stack = [(first, "", os.listdir(first))]  # type: List[Tuple[int, str, List[str]]]
    try:
        while stack:
            parent, above, names = stack[-1]
            if not names:
                os.close(parent)
                stack.pop()
                continue
            name = names.pop()
            try:
                status = os.lstat(name, dir_fd=parent)
            except FileNotFoundError:
                continue
            path = above + name
            yield NodeEntry(path, status, parent, name)
            is_deep = len(stack) >= DEEPEST_DIRECTORY or len(path) > LONGEST_PATH
            if stat.S_ISDIR(status.st_mode) and status.st_dev == device and not is_deep:
                stack.extend(begin_node_directory(parent, name, path + "/", device))
    finally:
        for opened in stack:
            os.close(opened[0])


def begin_node_directory(parent: int, name: str, path: str, device: int) -> List[Tuple[int, str, List[str]]]:
    """Returns the step into a directory; empty if the entry is not a readable directory on that device any more."""
    try:
        opened = os.open(name, NODE_DIRECTORY, dir_fd=parent)
    except OSError as problem:
        if problem.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES, errno.EMFILE):
            return []
        raise
    if os.fstat(opened).st_dev == device:
        try:
            return [(opened, path, os.listdir(opened))]
        except OSError as problem:  # os.listdir(3) duplicates the descriptor
            if problem.errno != errno.EMFILE:
                raise
    os.close(opened)
    return []
