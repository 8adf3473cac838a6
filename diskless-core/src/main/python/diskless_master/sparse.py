"""The digest of a file with large holes, which costs no time for the holes. SparseDigest of the plugin calculates the same."""
import errno
import hashlib
import os
from typing import Iterator, Tuple

SPARSE_BLOCK = 1 << 16


def data_parts(opened: int, size: int) -> Iterator[Tuple[int, int]]:
    """Start and end of each part of a file that is not a hole, as far as the size (lseek(2), SEEK_DATA)."""
    position = 0
    while position < size:
        try:
            start = os.lseek(opened, position, os.SEEK_DATA)
            end = min(os.lseek(opened, start, os.SEEK_HOLE), size)
        except OSError as problem:
            if problem.errno != errno.ENXIO:
                raise
            return  # no data from here on
        yield start, end
        position = max(end, start + 1)  # also if the file changes meanwhile


def sparse_digest(opened: int) -> str:
    """SHA-256 of the size and of all blocks that are not only zeros, each after its offset; empty if the file changes meanwhile."""
    size = os.fstat(opened).st_size
    sha = hashlib.sha256(size.to_bytes(8, "big"))
    position = 0
    for start, end in data_parts(opened, size):
        # A block that the last data ended in is not read twice.
        position = max(position, start // SPARSE_BLOCK * SPARSE_BLOCK)
        while position < end:
            block = read_block(opened, position, min(SPARSE_BLOCK, size - position))
            if not block:
                return ""
            if block.count(0) < len(block):
                sha.update(position.to_bytes(8, "big") + block)
            position += len(block)
    return sha.hexdigest()


def read_block(opened: int, position: int, length: int) -> bytes:
    """Reads exactly length bytes; nothing if the file became shorter."""
    block = b""
    while len(block) < length:
        part = os.pread(opened, length - len(block), position + len(block))
        if not part:
            return b""
        block += part
    return block
