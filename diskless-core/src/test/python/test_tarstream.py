"""Reads the entries of a tar."""

import io
import os
import random
import tarfile
from typing import List, Tuple

from diskless_master.frames import CompressedFile
from diskless_master.host import Stop
from diskless_master.tarstream import TarStream
from sample import Case, frame, raw_entry


def checked(header: bytearray) -> bytes:
    """A header with the sum that it has to have."""
    header[148:156] = b' ' * 8
    header[148:156] = b'%06o\0 ' % sum(header[:512])
    return bytes(header)


class TarCase(Case):
    def setUp(self) -> None:
        super().setUp()
        with open(self.folder + '/b', 'wb') as file:
            file.write(frame(b''))
        self.file = CompressedFile(self.folder + '/b')
        self.addCleanup(os.close, self.file.descriptor)

    def entries(self, data: bytes) -> 'List[Tuple[str, str, int, bytes]]':
        tar = TarStream(self.file, io.BytesIO(data))
        found = []
        while True:
            header = tar.next()
            if header is None:
                return found
            found.append((header.name, header.kind, header.size, tar.content()))


class TarStreamTest(TarCase):
    def test_kinds(self) -> None:
        data = (raw_entry('./a', b'x' * 513) + raw_entry('d/', kind=tarfile.DIRTYPE) + raw_entry('l', kind=tarfile.SYMTYPE, target='a')
                + raw_entry('h', kind=tarfile.LNKTYPE, target='a') + raw_entry('c', kind=tarfile.CHRTYPE) + raw_entry('e') + bytes(1024))
        self.assertEqual(self.entries(data), [('a', 'file', 513, b'x' * 513), ('d', 'dir', 0, b''), ('l', 'link', 0, b''),
                                              ('h', 'link', 0, b''), ('c', 'device', 0, b''), ('e', 'file', 0, b'')])
        with self.stops('is cut off'):
            self.entries(b'')

    def test_long_names_of_pax(self) -> None:
        for name in ['a/' * 70 + 'b', 'c' * 300, 'ü' * 120, 'd\udcff', 'e' * 3000]:
            info = tarfile.TarInfo(name)
            info.size = 3
            data = info.tobuf(tarfile.PAX_FORMAT, 'utf-8', 'surrogateescape') + b'xyz' + bytes(509 + 1024)
            self.assertEqual(self.entries(data), [(name, 'file', 3, b'xyz')])
            if len(os.fsencode(name)) > 100:
                with self.stops('an entry of the type L'):
                    self.entries(info.tobuf(tarfile.GNU_FORMAT, 'utf-8', 'surrogateescape') + b'xyz' + bytes(509 + 1024))

    def test_a_prefix_counts_in_ustar_only(self) -> None:
        info = tarfile.TarInfo('p' * 90 + '/' + 'n' * 90)
        data = info.tobuf(tarfile.USTAR_FORMAT)
        self.assertEqual(self.entries(data + bytes(1024))[0][0], info.name)
        old = bytearray(data)
        old[257:265] = bytes(8)
        with self.stops('is damaged'):
            self.entries(checked(old) + bytes(1024))

    def test_a_size_in_base_256_and_in_pax(self) -> None:
        head = bytearray(raw_entry('a'))
        head[124:136] = b'\x80' + (700).to_bytes(11, 'big')
        content = b'y' * 700 + bytes(324)
        with self.stops('a header that is not of a tar'):
            self.entries(checked(head) + content + raw_entry('b') + bytes(1024))
        pax = raw_entry('a', pax={'size': '700'})
        self.assertEqual(self.entries(pax + content + raw_entry('b') + bytes(1024)),
                         [('a', 'file', 700, b'y' * 700), ('b', 'file', 0, b'')])

    def test_sizes_that_are_none(self) -> None:
        for size in (b'-0000001000\0', b'00000000xyz\0', b'\xff' * 12):
            head = bytearray(raw_entry('a'))
            head[124:136] = size
            with self.stops('is damaged'):
                self.entries(bytes(head) + bytes(1024))
        for text in ('x', '-512'):
            with self.stops('is damaged'):
                self.entries(raw_entry('a', pax={'size': text, 'comment': 'c'}) + bytes(1024))

    def test_sparse_files_have_their_own_name(self) -> None:
        pax = {'GNU.sparse.name': 'a', 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '5'}
        data = raw_entry('GNUSparseFile.0/a', b'1\n0\n5\n', pax=pax) + bytes(1024)
        self.assertEqual(self.entries(data)[0][0], 'a')
        for key, value in (('path', 'b'), ('GNU.sparse.minor', '1'), ('GNU.sparse.map', '0,5')):
            with self.stops('a sparse file of a form'):
                self.entries(raw_entry('GNUSparseFile.0/a', b'1\n0\n5\n', pax=dict(pax, **{key: value})) + bytes(1024))

    def test_names_of_one_entry_do_not_count_for_the_next(self) -> None:
        data = raw_entry('x' * 200) + raw_entry('y') + bytes(1024)
        self.assertEqual([entry[0] for entry in self.entries(data)], ['x' * 200, 'y'])

    def test_what_two_programs_could_read_in_two_ways(self) -> None:
        for name, data in (
                ('content of a directory', raw_entry('d', b'x', kind=tarfile.DIRTYPE)),
                ('a file with a slash', raw_entry('f/', b'x')),
                ('a path upwards', raw_entry('d/../f', b'x')),
                ('attributes for all', raw_entry('g', b'10 path=x\n', kind=b'g')),
                ('attributes twice', raw_entry('x', b'10 path=x\n', kind=b'x') * 2 + raw_entry('a')),
                ('attributes for nothing', raw_entry('x', b'10 path=x\n', kind=b'x')),
                ('attributes that overlap', raw_entry('x', b'99 path=x\n', kind=b'x') + raw_entry('a')),
                ('data behind the end', bytes(1024) + raw_entry('a'))):
            with self.subTest(name), self.stops('is damaged'):
                self.entries(data + bytes(1024))
        with self.subTest('no end'), self.stops('is cut off'):
            self.entries(raw_entry('a'))

    def test_cut_off_at_any_byte(self) -> None:
        data = raw_entry('x' * 200, b'1' * 600) + raw_entry('y', b'2') + bytes(1024)
        whole = self.entries(data)
        for length in range(1, len(data)):
            try:
                self.assertEqual(self.entries(data[:length]), whole)
            except Stop:
                pass

    def test_garbage(self) -> None:
        chance = random.Random(21)
        with self.stops('a header that is not of a tar'):
            self.entries(b'garbage!' * 64)
        data = raw_entry('x' * 200, b'1' * 600) + raw_entry('y', b'2') + bytes(1024)
        for _ in range(3000):
            changed = bytearray(data)
            for _ in range(chance.randrange(1, 6)):
                changed[chance.randrange(len(changed))] = chance.choice(b'\0 09-x\x80\xff' + bytes([chance.randrange(256)]))
            try:
                self.entries(bytes(changed))
            except Stop:
                pass

    def test_attributes_of_an_entry_have_a_limit(self) -> None:
        with self.stops('too many of them'):
            self.entries(raw_entry('a', bytes((1 << 24) + 1), kind=b'x'))
