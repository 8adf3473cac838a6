"""The compressed file of a bundle, as frames that can be read one by one (RFC 8878, section 3.1.1)."""

import hashlib
import os
import subprocess
import threading
from typing import IO, List, NamedTuple, Sequence, Union

from diskless_master.host import Stop, need_program, start

# The largest window that zstd(1) accepts without --long, in bytes.
_MAX_WINDOW = 1 << 27

# More than any bundle has: an image has one frame. A program is started for each.
_MAX_FRAMES = 1000

Frame = NamedTuple('Frame', [('offset', int), ('length', int)])  # bytes of the file
Part = Union[Frame, bytes]  # of the file, or packed already


def raw_frame(data: bytes) -> bytes:
    """Packs 256 to 65,535 bytes as a frame of zstd with one block that is not compressed."""
    return b'\x28\xb5\x2f\xfd\x60' + (len(data) - 256).to_bytes(2, 'little') + (len(data) << 3 | 1).to_bytes(3, 'little') + data


class CompressedFile:
    """A file packed with zstd or gzip. Its kind is found in its first bytes, not in its name."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.size = os.fstat(self.descriptor).st_size
        head = os.pread(self.descriptor, 4, 0)
        if head == b'\x28\xb5\x2f\xfd':
            self.unpack = ['zstd', '-dcq']
            self.frames = self._zstd_frames()
        elif head[:2] == b'\x1f\x8b':
            self.unpack = ['gzip', '-dc']
            self.frames = [Frame(0, self.size)]
        else:
            raise Stop('%s is not a bundle: it is packed neither with zstd nor with gzip' % path)
        need_program(self.unpack[0], 'it unpacks ' + path)

    def damaged(self, what: str) -> Stop:
        """The exception for a file that is not as `mvn package` writes it."""
        return Stop('%s is damaged: %s. Fetch it again, or package it again.' % (self.path, what))

    def _zstd_frames(self) -> List[Frame]:
        frames = []
        offset = 0
        while offset < self.size:
            length = self._frame_length(offset)
            frames.append(Frame(offset, length))
            offset += length
            if len(frames) > _MAX_FRAMES:
                raise self.damaged('it has more than %d frames' % _MAX_FRAMES)
        return frames

    def _frame_length(self, offset: int) -> int:
        head = os.pread(self.descriptor, 18, offset)
        if len(head) < 9 or head[:4] != b'\x28\xb5\x2f\xfd':
            raise self.damaged('it is cut off, or has something behind its end')
        flags = head[4]
        is_single = bool(flags & 0x20)
        size_bytes = (1 if is_single else 0, 2, 4, 8)[flags >> 6]
        at = 5 + (0 if is_single else 1) + (0, 1, 2, 4)[flags & 3]
        if is_single:
            window = int.from_bytes(head[at:at + size_bytes], 'little') + (256 if size_bytes == 2 else 0)
        else:
            window = (1 << (10 + (head[5] >> 3))) // 8 * (8 + (head[5] & 7))
        if window > _MAX_WINDOW:
            raise self.damaged('it needs more than %d MiB of memory to be unpacked' % (_MAX_WINDOW >> 20))
        at += size_bytes + offset
        while True:
            block = os.pread(self.descriptor, 3, at)
            if len(block) < 3:
                raise self.damaged('it is cut off')
            word = int.from_bytes(block, 'little')
            at += 3 + (1 if word >> 1 & 3 == 1 else word >> 3)
            if word & 1:
                break
        at += 4 if flags & 4 else 0
        if at > self.size:
            raise self.damaged('it is cut off')
        return at - offset

    def digest(self, end: int) -> str:
        """SHA-256 of the bytes before an offset."""
        sha = hashlib.sha256()
        offset = 0
        while offset < end:
            data = os.pread(self.descriptor, min(1 << 20, end - offset), offset)
            if not data:
                raise self.damaged('it is cut off')
            sha.update(data)
            offset += len(data)
        return sha.hexdigest()

    def open(self, parts: 'Sequence[Part]') -> 'Unpacking':
        """Unpacks some frames as one stream."""
        return Unpacking(self, parts)


class Unpacking:
    """A program that unpacks frames. To be used with `with`; its output is `stream`."""

    def __init__(self, file: CompressedFile, parts: Sequence[Part]) -> None:
        self.file = file
        self.process = start(file.unpack, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.stream = self.process.stdout  # type: IO[bytes] # type: ignore
        self.failed = False
        self.feeder = threading.Thread(target=self._feed, args=(parts,), daemon=True)
        self.feeder.start()

    def _feed(self, parts: Sequence[Part]) -> None:
        source = self.process.stdin  # type: IO[bytes] # type: ignore
        try:
            for part in parts:
                if isinstance(part, bytes):
                    source.write(part)
                else:
                    self._feed_frame(part, source)
        except (BrokenPipeError, ValueError):
            pass  # the reader needs no more
        except OSError:
            self.failed = True
        finally:
            try:
                source.close()
            except OSError:
                pass

    def _feed_frame(self, frame: Frame, source: IO[bytes]) -> None:
        offset, end = frame.offset, frame.offset + frame.length
        while offset < end:
            data = os.pread(self.file.descriptor, min(1 << 18, end - offset), offset)
            if not data:
                raise OSError('the file became shorter')
            source.write(data)
            offset += len(data)

    def need_success(self) -> None:
        """Stops if the frames could not be unpacked to their end. To be called after everything was read."""
        self.feeder.join()
        if self.process.wait() != 0 or self.failed:
            raise self.file.damaged('it cannot be unpacked')

    def __enter__(self) -> 'Unpacking':
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()
        self.feeder.join()

