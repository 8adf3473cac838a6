"""Frames of zstd, and streams of them."""

import gzip
import os
import subprocess
from unittest import mock

from diskless_master import frames
from diskless_master.frames import CompressedFile, Frame
from diskless_master.host import Stop
from sample import Case, frame


class FramesTest(Case):
    def file(self, data: bytes) -> CompressedFile:
        path = self.folder + '/b'
        with open(path, 'wb') as file:
            file.write(data)
        opened = CompressedFile(path)
        self.addCleanup(os.close, opened.descriptor)
        return opened

    def text_of(self, file: CompressedFile, *chosen: Frame) -> bytes:
        with file.open(list(chosen)) as unpacking:
            text = unpacking.stream.read()
            unpacking.need_success()
        return text

    def test_each_frame_is_read_alone(self) -> None:
        big = os.urandom(3000000) + bytes(2000000)
        parts = [frame(b'first'), frame(b''), frame(big, '--no-check'), frame(b'a' * 300), frame(b'b' * 70000, '-19')]
        file = self.file(b''.join(parts))
        self.assertEqual([each.length for each in file.frames], [len(part) for part in parts])
        self.assertEqual([self.text_of(file, each) for each in file.frames], [b'first', b'', big, b'a' * 300, b'b' * 70000])
        self.assertEqual(self.text_of(file, file.frames[3], file.frames[0]), b'a' * 300 + b'first')

    def test_frames_with_and_without_the_size_of_their_content(self) -> None:
        for size in (0, 1, 255, 256, 257, 65791, 65792, 70000):
            self.put('content', 'x' * size)
            known = subprocess.run(['zstd', '-qc', self.folder + '/content'], stdout=subprocess.PIPE, check=True).stdout
            file = self.file(known + frame(b'x' * size))
            self.assertEqual([each.length for each in file.frames][0], len(known))
            self.assertEqual(self.text_of(file, *file.frames), b'x' * 2 * size)

    def test_gzip(self) -> None:
        file = self.file(gzip.compress(b'content'))
        self.assertEqual(self.text_of(file, *file.frames), b'content')

    def test_other_files(self) -> None:
        for data in (b'', b'PK\3\4', b'\x28\xb5', b'\x1f'):
            with self.stops('is packed neither with zstd nor with gzip'):
                self.file(data)
        with self.assertRaises(FileNotFoundError):
            CompressedFile(self.folder + '/none')

    def test_a_missing_program(self) -> None:
        with mock.patch('shutil.which', lambda name: None), self.stops(r'zstd is missing \(it unpacks .*/b\)'):
            self.file(frame(b'x'))

    def test_a_file_that_is_cut_off_at_any_byte(self) -> None:
        first = frame(b'first')
        data = first + frame(os.urandom(100) + bytes(1000), '--no-check')
        for length in range(1, len(data)):
            if length == len(first):
                continue
            with self.assertRaises(Stop, msg=str(length)):
                self.file(data[:length])

    def test_something_behind_the_end(self) -> None:
        for more in (b'\0' * 20, b'x', b'\x50\x2a\x4d\x18' + b'\1\0\0\0x' + bytes(10)):
            with self.stops('it is cut off, or has something behind its end'):
                self.file(frame(b'x') + more)

    def test_the_window_has_a_limit(self) -> None:
        def windowed(log: int, mantissa: int) -> bytes:
            return b'\x28\xb5\x2f\xfd\x00' + bytes([(log - 10) << 3 | mantissa]) + b'\1\0\0' + bytes(9)

        self.assertEqual(self.file(windowed(27, 0)[:9]).frames, [Frame(0, 9)])
        for data in (windowed(27, 1), windowed(31, 7), windowed(41, 7)):
            with self.stops('more than 128 MiB of memory'):
                self.file(data)
        single = b'\x28\xb5\x2f\xfd\xe0' + (1 << 27).to_bytes(8, 'little') + b'\1\0\0'
        self.assertEqual(self.file(single).frames, [Frame(0, 16)])
        with self.stops('more than 128 MiB of memory'):
            self.file(b'\x28\xb5\x2f\xfd\xe0' + ((1 << 27) + 1).to_bytes(8, 'little') + b'\1\0\0')
        long = frame(os.urandom(1000), '--long=30')
        with self.stops('more than 128 MiB of memory'):
            self.file(long)

    def test_damaged_content(self) -> None:
        data = bytearray(frame(os.urandom(1000)))
        data[500] ^= 1
        file = self.file(bytes(data))
        with self.stops('it cannot be unpacked'):
            self.text_of(file, *file.frames)

    def test_a_file_that_shrinks_while_it_is_read(self) -> None:
        file = self.file(frame(os.urandom(100000)))
        os.truncate(file.path, 50000)
        with self.stops('it cannot be unpacked'):
            self.text_of(file, *file.frames)

    def test_nobody_needs_to_read_everything(self) -> None:
        file = self.file(frame(bytes(50000000)))
        before = len(os.listdir('/proc/self/fd'))
        with file.open(file.frames) as unpacking:
            self.assertEqual(unpacking.stream.read(3), bytes(3))
        self.assertIsNotNone(unpacking.process.returncode)
        self.assertEqual(len(os.listdir('/proc/self/fd')), before)

    def test_kinds_are_found_by_content(self) -> None:
        self.assertEqual(frames.CompressedFile(self.put('a.tar.gz', os.fsdecode(frame(b'x')))).unpack, ['zstd', '-dcq'])
