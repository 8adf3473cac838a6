"""The only access to directories that nodes can write: trees of nodes and state of nodes. See nodepath."""
import os
import random
import stat
import subprocess
from typing import Any, Iterator, List, Optional, Tuple

from diskless_master.nodecopy import copy_node_tree
from diskless_master.nodepath import NodeEntry, NodeFilesError
from diskless_master.nodepath import enter_node_directory, node_path_names, open_node_directory, open_node_file
from diskless_master.nodepath import raise_file_limit, shown_path, walk_node_tree


def node_tree(release: str, address: str) -> "NodeFiles":
    """Returns the tree that a node writes into. Raises FileNotFoundError if the release has no tree of that address."""
    return NodeFiles(os.path.join(release, address))


def node_state(state: str, node: str) -> "NodeFiles":
    """Returns the paths of a node that outlive releases. Raises FileNotFoundError if the node has none yet."""
    return NodeFiles(os.path.join(state, node, "paths"))


class NodeFiles:
    """A directory that nodes can write.

    Paths are relative, without "..", as os.fsdecode returns them. A symbolic link, a FIFO, a socket, a device or a file in
    the place of a directory is a NodeFilesError. The root's own path must not be writable for nodes.
    """

    def __init__(self, root: str) -> None:
        raise_file_limit()
        self.root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)

    def __enter__(self) -> "NodeFiles":
        return self

    def __exit__(self, *_: Any) -> None:
        os.close(self.root)

    def _parent(self, path: str) -> Tuple[int, str]:
        """Returns a new descriptor of the directory that holds a path, and the path's name there."""
        names = node_path_names(path)
        if not names:
            raise NodeFilesError("the root of a node's directory cannot be used here")
        return open_node_directory(self.root, names[:-1]), names[-1]

    def stat(self, path: str) -> Optional[os.stat_result]:
        """Returns the status of a path itself; None if the path is missing."""
        if not path:
            return os.fstat(self.root)
        try:
            parent, name = self._parent(path)
        except FileNotFoundError:
            return None
        try:
            return os.lstat(name, dir_fd=parent)
        except FileNotFoundError:
            return None
        finally:
            os.close(parent)

    def open(self, path: str) -> Optional[int]:
        """Returns a descriptor of a regular file for reading; None if the path is missing."""
        try:
            parent, name = self._parent(path)
        except FileNotFoundError:
            return None
        try:
            return open_node_file(parent, name, path)
        except FileNotFoundError:
            return None
        finally:
            os.close(parent)

    def read(self, path: str, limit: int) -> Optional[bytes]:
        """Returns the content of a regular file; None if the path is missing. More than `limit` bytes are an error."""
        opened = self.open(path)
        if opened is None:
            return None
        with open(opened, "rb") as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise NodeFilesError("%s: larger than %d bytes" % (shown_path(path), limit))
        return content

    def open_directory(self, path: str) -> int:
        """Returns a descriptor of a directory. Raises FileNotFoundError if the directory is missing."""
        return open_node_directory(self.root, node_path_names(path))

    def children(self, path: str) -> List[str]:
        """Returns the names in a directory, sorted; empty if the directory is missing."""
        try:
            opened = self.open_directory(path)
        except FileNotFoundError:
            return []
        try:
            return sorted(os.listdir(opened))
        finally:
            os.close(opened)

    def list(self) -> Iterator[NodeEntry]:
        """Returns all entries on the same file system, each directory before its content."""
        return walk_node_tree(self.root)

    def make_directories(self, path: str) -> None:
        """Makes each missing directory of a path, with mode 0755 for root."""
        names = node_path_names(path)
        current = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self.root)
        for count, name in enumerate(names, 1):
            try:
                below = make_node_directory(current, name, "/".join(names[:count]))
            finally:
                os.close(current)
            current = below
        os.close(current)

    def write(self, path: str, content: bytes, mode: int, uid: int, gid: int) -> None:
        """Writes a file and replaces what has its name, except a directory. The file's directory must exist."""
        parent, name = self._existing_parent(path)
        try:
            write_beside(parent, name, content, (mode, uid, gid))
        except OSError as problem:
            raise NodeFilesError("%s: cannot write: %s" % (shown_path(path), problem.strerror)) from problem
        finally:
            os.close(parent)

    def _existing_parent(self, path: str) -> Tuple[int, str]:
        try:
            return self._parent(path)
        except FileNotFoundError as problem:
            raise NodeFilesError("%s: the directory of this path does not exist" % shown_path(path)) from problem

    def copy_in(self, source: str, path: str) -> None:
        """Moves a complete tree of the same file system to a path that does not exist. The path's directory must exist.

        :param source: an absolute path that nodes cannot write
        """
        parent, name = self._existing_parent(path)
        try:
            if name in os.listdir(parent):
                raise NodeFilesError("%s: exists already" % shown_path(path))
            os.rename(source, name, dst_dir_fd=parent)
            os.fsync(parent)
        except OSError as problem:
            raise NodeFilesError("%s: cannot move: %s" % (shown_path(path), problem.strerror)) from problem
        finally:
            os.close(parent)

    def copy_out(self, path: str, destination: str) -> None:
        """Copies whatever has a path, with all that is below, to a destination that does not exist and nodes cannot reach."""
        parent, name = self._existing_parent(path)
        try:
            copy_node_tree(parent, name, path, destination)
        finally:
            os.close(parent)

    def remove(self, path: str) -> None:
        """Removes whatever has a path, with all that is below. A missing path is not an error."""
        try:
            parent, name = self._parent(path)
        except FileNotFoundError:
            return
        try:
            remove_node_entry(parent, name, path)
        finally:
            os.close(parent)


def make_node_directory(parent: int, name: str, path: str) -> int:
    """Opens a directory, which is made if it is missing."""
    try:
        return enter_node_directory(parent, name, path)
    except FileNotFoundError:
        pass
    try:
        os.mkdir(name, 0o755, dir_fd=parent)
    except FileExistsError:
        pass
    except OSError as problem:
        raise NodeFilesError("%s: cannot make the directory: %s" % (shown_path(path), problem.strerror)) from problem
    try:
        made = enter_node_directory(parent, name, path)
    except FileNotFoundError as problem:
        raise NodeFilesError("%s: vanished while it was made" % shown_path(path)) from problem
    os.fchmod(made, 0o755)  # whatever the umask is
    if os.geteuid() == 0:
        os.fchown(made, 0, 0)  # also in a set-gid directory
    return made


def write_beside(parent: int, name: str, content: bytes, access: Tuple[int, int, int]) -> None:
    """Writes a new file and renames it, so that no process reads a part of the content."""
    beside = ".diskless-%032x" % random.SystemRandom().getrandbits(128)
    made = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=parent)
    try:
        with open(made, "wb") as file:
            file.write(content)
            file.flush()
            os.fchown(made, access[1], access[2])
            os.fchmod(made, access[0])
            os.fsync(made)
        os.rename(beside, name, src_dir_fd=parent, dst_dir_fd=parent)
    except OSError:
        remove_node_entry(parent, beside, beside)
        raise
    os.fsync(parent)


def remove_node_entry(parent: int, name: str, path: str) -> None:
    """Removes an entry of a directory with rm(1), which follows no links, has no limit of depth and opens no files."""
    try:
        if not stat.S_ISDIR(os.lstat(name, dir_fd=parent).st_mode):
            os.unlink(name, dir_fd=parent)
            return
    except FileNotFoundError:
        return
    except IsADirectoryError:
        pass  # swapped since
    said = ""
    for _ in range(3):  # a node may add files meanwhile
        run = subprocess.run(
            ["rm", "-rf", "--one-file-system", "--", "./" + name],
            cwd="/proc/self/fd/%d" % parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if run.returncode == 0:
            return
        said = run.stderr.decode("utf-8", "replace").strip()
    raise NodeFilesError("%s: cannot remove: %s" % (shown_path(path), said[-500:]))
