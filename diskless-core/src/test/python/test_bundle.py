"""What a bundle says of itself."""

import gzip
import json
import os
import tarfile
from unittest import mock

from diskless_master import bundle
from diskless_master.bundle import META, Bundle
from sample import Case, SampleBundle, frame, raw_entry


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
        with self.stops('something behind its last entry'):
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
