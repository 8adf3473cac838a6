"""The program `nodefiles`: the goals of the Maven plugin read and write directories of nodes through it.

  nodefiles list ROOT               prints all entries below ROOT on the same file system, each as
                                    TYPE MODE UID GID SIZE MTIME NLINK DEVICE:INODE BLOCKS NUL TARGET NUL PATH NUL
  nodefiles digest ROOT             reads paths that end with NUL; prints the SHA-256 of each, or -, and NUL
  nodefiles sparsedigest ROOT       the same with the digest of files with large holes
  nodefiles unpack ROOT FOLDER      reads a tar archive and puts its entries below FOLDER
  nodefiles measure [--extents] ROOT...
                                    prints, with NUL after each line: "root NUMBER BYTES", "link NUMBER DEVICE:INODE BYTES"
                                    for each file with several names, "span NUMBER START END" for each shared extent
"""
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from typing import BinaryIO, Callable, Iterator, List, Tuple

from diskless_master.nodefiles import NodeFiles, remove_node_entry
from diskless_master.nodepath import NODE_DIRECTORY, NodeFilesError
from diskless_master.nodepath import enter_node_directory, node_path_names, shown_path
from diskless_master.nodesizes import print_sizes
from diskless_master.sparse import sparse_digest

DIGEST_PIECE = 1 << 18



def nodefiles_main(arguments: List[str]) -> int:
    """Runs the program. Returns the exit status."""
    goal, roots = (arguments[0], arguments[1:]) if arguments else ("", [])
    try:
        if goal == "list" and len(roots) == 1:
            print_list(roots[0], sys.stdout.buffer)
        elif goal in ("digest", "sparsedigest") and len(roots) == 1:
            print_digests(roots[0], sparse_digest_of if goal == "sparsedigest" else digest_of, sys.stdin.buffer, sys.stdout.buffer)
        elif goal == "unpack" and len(roots) == 2:
            unpack_into(roots[0], roots[1])
        elif goal == "measure" and roots:
            has_extents = roots[0] == "--extents"
            print_sizes(roots[1:] if has_extents else roots, has_extents, sys.stdout.buffer)
        else:
            sys.stderr.write("nodefiles: unknown arguments\n")
            return 2
        sys.stdout.buffer.flush()
        return 0
    except (NodeFilesError, OSError) as problem:
        sys.stderr.buffer.write(os.fsencode("%s\n" % problem))
        return 1


def print_list(root: str, output: BinaryIO) -> None:
    """Prints all entries below a directory."""
    with NodeFiles(root) as files:
        for entry in files.list():
            status = entry.status
            target = ""
            if stat.S_ISLNK(status.st_mode):
                try:
                    target = os.readlink(entry.name, dir_fd=entry.parent)
                except OSError:
                    continue  # not a link any more
            head = "%s %o %d %d %d %d %d %d:%d %d" % (
                type_letter(status.st_mode),
                stat.S_IMODE(status.st_mode),
                status.st_uid,
                status.st_gid,
                status.st_size,
                status.st_mtime_ns // 10**9,
                status.st_nlink,
                status.st_dev,
                status.st_ino,
                status.st_blocks,
            )
            output.write(os.fsencode("%s\0%s\0%s\0" % (head, target, entry.path)))


def type_letter(mode: int) -> str:
    """Returns a letter for the type of a file, as find(1) prints it: f, d, l, c, b, p or s."""
    letter = stat.filemode(mode)[0]
    return "f" if letter == "-" else letter


def paths_of_input(source: BinaryIO) -> Iterator[str]:
    """Returns texts that end with NUL."""
    rest = b""
    while True:
        piece = source.read(1 << 16)
        if not piece:
            return
        parts = (rest + piece).split(b"\0")
        rest = parts.pop()
        for part in parts:
            yield os.fsdecode(part)


def print_digests(root: str, digest: Callable[[int], str], source: BinaryIO, output: BinaryIO) -> None:
    """Prints a digest for each path, or - for what is not a regular file, is missing, or changes while it is read."""
    with NodeFiles(root) as files:
        for path in paths_of_input(source):
            try:
                opened = files.open(path)
            except NodeFilesError:
                opened = None
            output.write(b"-\0" if opened is None else digest(opened).encode("ascii") + b"\0")


def sparse_digest_of(opened: int) -> str:
    """Reads the data of a file with large holes as far as its first size, and closes the file."""
    with open(opened, "rb", buffering=0):
        return sparse_digest(opened) or "-"


def digest_of(opened: int) -> str:
    """Reads a file as far as its first size, and closes it, so that a file that grows without end does not matter."""
    sha = hashlib.sha256()
    with open(opened, "rb", buffering=0) as file:
        remaining = os.fstat(opened).st_size
        while remaining > 0:
            piece = file.read(min(remaining, DIGEST_PIECE))
            if not piece:
                return "-"
            sha.update(piece)
            remaining -= len(piece)
        return "-" if file.read(1) else sha.hexdigest()


def unpack_into(root: str, folder: str) -> None:
    """Unpacks the archive of the standard input beside a tree, and moves its entries into the tree."""
    path = "/".join(name for name in folder.split("/") if name not in ("", "."))
    node_path_names(path)
    with NodeFiles(root) as files:
        stage = tempfile.mkdtemp(prefix=".push-", dir=os.path.dirname(os.path.abspath(root)))  # mode 0700
        try:
            tar = subprocess.run(["tar", "-C", stage, "-xpf", "-", "--numeric-owner", "--same-owner"])
            if tar.returncode != 0:
                raise NodeFilesError("cannot unpack the archive: tar ended with %d" % tar.returncode)
            files.make_directories(path)
            target = files.open_directory(path)
            try:
                place_all(stage, target, path)
            finally:
                os.close(target)
        finally:
            shutil.rmtree(stage)


def place_all(stage: str, target: int, path: str) -> None:
    """Moves all that is in a private directory to a directory of a node. Directories that exist get the new attributes."""
    opened = os.open(stage, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    stack = [(opened, os.dup(target), path, os.listdir(opened))]  # type: List[Tuple[int, int, str, List[str]]]
    try:
        while stack:
            source, to, above, names = stack[-1]
            if not names:
                os.close(source)
                os.close(to)
                stack.pop()
                continue
            name = names.pop()
            shown = above + "/" + name
            try:
                stack.extend(place_entry(source, to, name, shown))
            except OSError as problem:
                raise NodeFilesError("%s: cannot write: %s" % (shown_path(shown), problem.strerror)) from problem
    finally:
        for each in stack:
            os.close(each[0])
            os.close(each[1])


def place_entry(source: int, target: int, name: str, path: str) -> List[Tuple[int, int, str, List[str]]]:
    """Moves one entry. If both sides are directories, returns them, so that the caller moves their content."""
    status = os.lstat(name, dir_fd=source)
    if stat.S_ISDIR(status.st_mode):
        try:
            found = enter_node_directory(target, name, path)
        except FileNotFoundError:
            pass
        except NodeFilesError:
            remove_node_entry(target, name, path)  # what is not a directory
        else:
            os.fchown(found, status.st_uid, status.st_gid)
            os.fchmod(found, stat.S_IMODE(status.st_mode))
            opened = os.open(name, NODE_DIRECTORY, dir_fd=source)
            return [(opened, found, path, os.listdir(opened))]
    os.rename(name, name, src_dir_fd=source, dst_dir_fd=target)
    return []
