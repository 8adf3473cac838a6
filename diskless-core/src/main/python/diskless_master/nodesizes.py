"""Measures directories that nodes can write: allocated blocks, hard links and extents that files share by reflink."""
import fcntl
import os
import stat
import struct
from typing import BinaryIO, List, NamedTuple, Set, Tuple

from diskless_master.nodefiles import NodeFiles
from diskless_master.nodepath import NodeFilesError, open_node_file, walk_node_tree

# FS_IOC_FIEMAP and flags of extents: linux/fiemap.h, Documentation/filesystems/fiemap.rst.
FS_IOC_FIEMAP = 0xC020660B
EXTENTS_AT_ONCE = 512
EXTENT_LAST = 0x1
EXTENT_NOWHERE = 0x2 | 0x4 | 0x100 | 0x200 | 0x400  # unknown, delayed, encoded, inline, in the tail of another file
EXTENT_SHARED = 0x2000
STAT_BLOCK = 512


class Extent(NamedTuple):
    """A part of a file on the disk."""

    start: int
    length: int
    is_shared: bool


def print_sizes(roots: List[str], has_extents: bool, output: BinaryIO) -> None:
    """Prints allocated bytes. A file with several names counts once for each root."""
    for number, root in enumerate(roots):
        seen = set()  # type: Set[Tuple[int, int]]
        with NodeFiles(root) as files:
            own = os.fstat(files.root).st_blocks * STAT_BLOCK
            for entry in walk_node_tree(files.root):
                status = entry.status
                size = status.st_blocks * STAT_BLOCK
                is_file = stat.S_ISREG(status.st_mode)
                is_linked = is_file and status.st_nlink > 1
                inode = (status.st_dev, status.st_ino)
                if is_linked and inode in seen:
                    continue
                if is_file and size > 0 and has_extents:
                    shared, size = shared_extents(entry.parent, entry.name, size)
                    for extent in shared:
                        output.write(b"span %d %d %d\0" % (number, extent.start, extent.start + extent.length))
                if is_linked:
                    seen.add(inode)
                    output.write(b"link %d %d:%d %d\0" % ((number,) + inode + (size,)))
                else:
                    own += size
        output.write(b"root %d %d\0" % (number, own))


def shared_extents(parent: int, name: str, size: int) -> Tuple[List[Extent], int]:
    """Returns the extents of a file that other files have, too, and the bytes of the file that are not shared."""
    try:
        opened = open_node_file(parent, name, name)
    except (OSError, NodeFilesError):
        return [], size
    try:
        extents = file_extents(opened)
    except OSError:
        return [], size
    finally:
        os.close(opened)
    shared = [extent for extent in extents if extent.is_shared]
    if not shared:
        return [], size
    return shared, sum(extent.length for extent in extents if not extent.is_shared)


def file_extents(opened: int) -> List[Extent]:
    """Returns where the content of a file is on the disk."""
    extents = []
    start = 0
    while True:
        # start, length, flags, mapped extents, extent count, reserved
        head = struct.pack("=QQIIII", start, (1 << 63) - 1 - start, 0, 0, EXTENTS_AT_ONCE, 0)
        buffer = bytearray(head) + bytearray(EXTENTS_AT_ONCE * 56)
        fcntl.ioctl(opened, FS_IOC_FIEMAP, buffer, True)
        count = struct.unpack_from("=I", buffer, 20)[0]
        flags = EXTENT_LAST
        for number in range(count):
            # logical, physical, length, reserved, flags
            logical, physical, length, _, _, flags = struct.unpack_from("=QQQQQI", buffer, 32 + number * 56)
            start = logical + length
            if not flags & EXTENT_NOWHERE:
                extents.append(Extent(physical, length, bool(flags & EXTENT_SHARED)))
        if count == 0 or flags & EXTENT_LAST:
            return extents
