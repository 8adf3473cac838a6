"""What a bundle says of itself."""

import gzip
import io
import json
import os
import random
import tarfile
from typing import List, Tuple
from unittest import mock

from diskless_master import bundle
from diskless_master.bundle import META, Bundle, TarStream
from diskless_master.frames import CompressedFile
from diskless_master.host import Stop
from sample import Case, SampleBundle, frame, raw_entry


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
        self.assertEqual(self.entries(data), [('a', 'file', 513, b'x' * 513), ('d', 'dir', 0, b''), ('l', 'other', 0, b''),
                                              ('h', 'other', 0, b''), ('c', 'other', 0, b''), ('e', 'file', 0, b'')])
        self.assertEqual(self.entries(b''), [])

    def test_long_names_of_pax_and_gnu(self) -> None:
        names = ['a/' * 70 + 'b', 'c' * 300, 'ü' * 120, 'd\udcff', 'e' * 3000]
        for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
            data = b''
            for name in names:
                info = tarfile.TarInfo(name)
                info.size = 3
                data += info.tobuf(form, 'utf-8', 'surrogateescape') + b'xyz' + bytes(509)
            self.assertEqual(self.entries(data), [(name, 'file', 3, b'xyz') for name in names])

    def test_a_prefix_counts_in_ustar_only(self) -> None:
        info = tarfile.TarInfo('p' * 90 + '/' + 'n' * 90)
        data = info.tobuf(tarfile.USTAR_FORMAT)
        self.assertEqual(self.entries(data)[0][0], info.name)
        old = data[:257] + bytes(8) + data[265:]
        self.assertEqual(self.entries(old)[0][0], 'n' * 90)

    def test_a_size_in_base_256_and_in_pax(self) -> None:
        head = bytearray(raw_entry('a'))
        head[124:136] = b'\x80' + (700).to_bytes(11, 'big')
        content = b'y' * 700 + bytes(324)
        self.assertEqual(self.entries(bytes(head) + content + raw_entry('b')), [('a', 'file', 700, b'y' * 700), ('b', 'file', 0, b'')])
        pax = raw_entry('a', pax={'size': '700'})
        self.assertEqual(self.entries(pax + content + raw_entry('b')), [('a', 'file', 700, b'y' * 700), ('b', 'file', 0, b'')])

    def test_sizes_that_are_none(self) -> None:
        for size in (b'-0000001000\0', b'00000000xyz\0', b'\xff' * 12):
            head = bytearray(raw_entry('a'))
            head[124:136] = size
            with self.stops('is damaged'):
                self.entries(bytes(head) + bytes(1024))
        for text in ('x', '-512', ''):
            with self.stops('is damaged'):
                self.entries(raw_entry('a', pax={'size': text, 'comment': 'c'}) + bytes(1024))

    def test_sparse_files_have_their_own_name(self) -> None:
        data = raw_entry('GNUSparseFile.0/a', b'1\n0\n5\n', pax={'GNU.sparse.name': 'a', 'GNU.sparse.major': '1'})
        self.assertEqual(self.entries(data)[0][0], 'a')

    def test_names_of_one_entry_do_not_count_for_the_next(self) -> None:
        self.assertEqual([entry[0] for entry in self.entries(raw_entry('x' * 200) + raw_entry('y'))], ['x' * 200, 'y'])

    def test_cut_off_at_any_byte(self) -> None:
        data = raw_entry('x' * 200, b'1' * 600) + raw_entry('y', b'2')
        whole = self.entries(data)
        for length in range(1, len(data)):
            try:
                self.assertEqual((self.entries(data[:length]), length), (whole[:1], len(data) - 1024))
            except Stop:
                pass

    def test_attributes_for_all_entries(self) -> None:
        with self.stops('attributes for all entries'):
            self.entries(raw_entry('a', b'19 path=some/name\n', kind=b'g') + raw_entry('b'))

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
        with self.stops('attributes of 2097152 bytes'):
            self.entries(raw_entry('a', bytes(1 << 21), kind=b'x'))


class BundleTest(Case):
    def write(self, sample: SampleBundle) -> str:
        return sample.write(self.folder + '/b.tar.zst')

    def test_a_bundle(self) -> None:
        found = Bundle(self.write(SampleBundle()))
        self.assertEqual((found.cluster, found.version, found.directory, found.format), ('lab', '2', '/srv/diskless', 2))
        self.assertEqual(sorted(found.meta), ['bundle.json', 'deleted', 'install', 'kept', 'manifest', 'trees', 'verify'])
        self.assertEqual(list(found.images.values()), ['golden'])
        self.assertEqual(len(found.other_frames()), 3)

    def test_a_bundle_packed_with_gzip(self) -> None:
        with open(self.folder + '/b.tar.gz', 'wb') as file:
            file.write(gzip.compress(b''.join(SampleBundle().frames())))
        found = Bundle(self.folder + '/b.tar.gz')
        self.assertEqual((found.version, found.images), ('2', {}))

    def test_a_bundle_that_is_cut_off_at_any_byte(self) -> None:
        path = self.write(SampleBundle())
        with open(path, 'rb') as file:
            data = file.read()
        ends = {each.offset + each.length for each in Bundle(path).file.frames}
        for length in range(0, len(data), 7):
            with open(path, 'wb') as file:
                file.write(data[:length])
            if length not in ends:
                with self.stops('is damaged|is not a bundle'):
                    Bundle(path)

    def test_values_of_bundle_json(self) -> None:
        for key, values in (
                ('format', (3, '2', None)), ('cluster', ('', '-a', 'a/b', 'a\n', 1, None)), ('version', ('', '.', '-1', 'a/b', '1\n', 1)),
                ('release', ('/srv/diskless/lab/releases/1', 'srv/diskless/lab/releases/2', '/srv/../etc/lab/releases/2',
                             '/srv/./lab/releases/2', '/srv//lab/releases/2', 7))):
            for value in values:
                sample = SampleBundle()
                sample.json[key] = value
                with self.subTest(key=key, value=value), self.stops('bundle.json|has format'):
                    Bundle(self.write(sample))

    def test_bundle_json_is_an_object(self) -> None:
        for text in ('', '[]', '{', '"x"', '\udcff', '[' * 100000):
            with mock.patch.object(json, 'dumps', lambda _, text=text: MockText(text)):
                path = self.write(SampleBundle())
            with self.stops('bundle.json is not'):
                Bundle(path)

    def test_lists_are_plain_files_with_one_name(self) -> None:
        for more, problem in (
                (raw_entry(META + 'trees', b'other'), 'contains META-INF/diskless/trees twice'),
                (raw_entry('./' + META + 'trees', b'other'), 'contains META-INF/diskless/trees twice'),
                (raw_entry(META + 'x', kind=tarfile.SYMTYPE, target='/etc/passwd'), 'META-INF/diskless/x is not a regular file'),
                (raw_entry(META + 'x', kind=tarfile.LNKTYPE, target='a'), 'META-INF/diskless/x is not a regular file'),
                (raw_entry('META-INF', b''), 'META-INF is not a regular file'),
                (raw_entry('META-INF/diskless', kind=tarfile.SYMTYPE, target='x'), 'META-INF/diskless is not a regular file')):
            sample = SampleBundle()
            sample.after.append((more, None))
            with self.stops(problem):
                Bundle(self.write(sample))

    def test_lists_in_the_frame_of_an_image_do_not_count(self) -> None:
        sample = SampleBundle()
        sample.image.append((raw_entry(META + 'extra', b'x'), None))
        self.assertNotIn('extra', Bundle(self.write(sample)).meta)

    def test_lists_have_a_limit(self) -> None:
        with mock.patch.object(bundle, '_MAX_META', 1000), self.stops('its lists have more than'):
            Bundle(self.write(SampleBundle()))

    def test_nothing_follows_the_end(self) -> None:
        sample = SampleBundle()
        sample.after.append((bytes(1024) + raw_entry(META + 'manifest', b'#mtree\n'), None))
        with self.stops('something behind its end'):
            Bundle(self.write(sample))

    def test_without_a_manifest(self) -> None:
        with open(self.folder + '/b', 'wb') as file:
            file.write(frame(raw_entry(META + 'bundle.json', b'{}') + bytes(1024)))
        with self.stops('it has no manifest'):
            Bundle(self.folder + '/b')


class MockText(str):
    """A text that is encoded with any bytes."""

    def encode(self, *_: str) -> bytes:
        return os.fsencode(str(self))
