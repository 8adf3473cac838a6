"""Bundles with entries that their manifest does not have: unpacked, and compared with the manifest."""

import gzip
import os
import random
import shutil
import tarfile

from diskless_master.bundle import META, Bundle
from diskless_master.host import Stop
from diskless_master.manifest import Manifest
from diskless_master.unpack import UnpackedCheck, unpack
from sample import Case, SampleBundle, only_root, raw_entry


def check(path: str) -> None:
    bundle = Bundle(path)
    folder = path + '.unpacked'
    try:
        os.makedirs(folder + '/partial')
        unpack(bundle, folder + '/partial', folder, [], [])
        UnpackedCheck(bundle, folder + '/partial', Manifest(os.fsdecode(bundle.meta['manifest']), bundle.format == 2), set()).check()
    finally:
        os.close(bundle.file.descriptor)
        shutil.rmtree(folder)


@only_root
class HostileTest(Case):
    def setUp(self) -> None:
        super().setUp()
        self.sample = SampleBundle()

    def check(self) -> None:
        check(self.sample.write(self.folder + '/b.tar.zst'))

    def test_a_good_bundle(self) -> None:
        sample = self.sample
        sample.link(sample.image, 'images/golden/bin', 'usr/bin')
        sample.device(sample.image, 'images/golden/null')
        sample.hard_link(sample.image, 'images/golden/etc/issue', 'images/golden/etc/motd')
        sample.file(sample.after, 'nodes/first/a b \\ ü \udcff', b'')
        sample.file(sample.after, 'nodes/first/' + 'long/' * 60 + 'name', b'x' * 100000)
        self.check()
        with open(self.folder + '/b.tar.gz', 'wb') as file:
            file.write(gzip.compress(b''.join(sample.frames())))
        check(self.folder + '/b.tar.gz')

    def test_another_entry(self) -> None:
        for entry, problem in (
                (raw_entry('nodes/first/etc/hostname', b'other!'), 'hostname: is file|hostname: FAILED'),
                (raw_entry('nodes/first/etc/hostname', b'fir5t\n'), 'hostname: is file|hostname: FAILED'),
                (raw_entry('nodes/first/etc/hostname', b'first\n', mode=0o4755), 'hostname: is file 0 0 4755'),
                (raw_entry('nodes/first/etc/hostname', b'first\n', uid=1), 'hostname: is '),
                (raw_entry('nodes/first/etc/hostname', b'first\n', gid=1), 'hostname: is '),
                (raw_entry('nodes/first/etc/hostname', kind=tarfile.SYMTYPE, target='/etc/shadow'), 'hostname: is '),
                (raw_entry('nodes/first/etc/hostname', kind=tarfile.FIFOTYPE), 'hostname: is '),
                (raw_entry('nodes/first/etc/hostname', kind=tarfile.LNKTYPE, target='boot/pxelinux.cfg'), 'hostname: is file'),
                (raw_entry('nodes/first/etc/hostname', kind=tarfile.LNKTYPE, target='/etc/passwd'), 'cannot unpack'),
                (b'', 'nodes/first/etc/hostname: is in the manifest, and not in the bundle')):
            self.sample = SampleBundle()
            self.sample.after[-1] = (entry, self.sample.after[-1][1])
            with self.stops(problem):
                self.check()

    def test_a_link_that_leads_elsewhere(self) -> None:
        self.sample.link(self.sample.image, 'images/golden/bin', 'usr/bin')
        self.sample.image[-1] = (raw_entry('images/golden/bin', kind=tarfile.SYMTYPE, target='/bin'), self.sample.image[-1][1])
        with self.stops('images/golden/bin: is link 0 0 /bin, and the manifest says link 0 0 usr/bin'):
            self.check()

    def test_further_entries(self) -> None:
        for part in ('before', 'after'):
            for entry in (raw_entry('nodes/first/extra', b'x'), raw_entry('boot/pxelinux.cfg', b'DEFAULT linux\n'),
                          raw_entry('images/golden/etc/motd', b'Debian\n'), raw_entry(META + 'more', b'x'),
                          raw_entry('../etc/passwd', b'x'), raw_entry('nodes//first/etc/hostname', b'first\n')):
                self.sample = SampleBundle()
                getattr(self.sample, part).append((entry, None))
                with self.stops('does not match its manifest|is not what its manifest says|it has an entry|is in it twice'):
                    self.check()

    def test_an_entry_in_the_frame_of_an_image(self) -> None:
        for name in ('nodes/first/etc/hostname', 'images/golden2', 'images/other/x', META + 'trees', META + 'manifest'):
            self.sample = SampleBundle()
            self.sample.image.append((raw_entry(name, b'x'), None))
            with self.stops(name + ' is in the frame of images/golden'):
                self.check()

    def test_an_entry_of_the_manifest_is_missing(self) -> None:
        self.sample.after.append((b'', './nodes/first/none type=dir mode=0755 uid=0 gid=0'))
        with self.stops('nodes/first/none: is in the manifest, and not in the bundle'):
            self.check()

    def test_entries_behind_the_end_of_a_frame(self) -> None:
        self.sample.image.append((bytes(1024) + raw_entry('images/golden/hidden', b'x'), None))
        self.sample.file(self.sample.image, 'images/golden/last', b'x')
        with self.stops('an entry does not end with its frame'):
            self.check()

    def test_random_damage(self) -> None:
        chance = random.Random(21)
        self.sample.file(self.sample.after, 'nodes/first/' + 'n' * 200, b'x' * 1000)
        good = b''.join(self.sample.frames())
        path = self.folder + '/b.tar.gz'
        accepted = 0
        for _ in range(150):
            data = bytearray(good)
            for _ in range(chance.choice((1, 1, 3))):
                data[chance.randrange(len(data))] = chance.choice(b'\0 09-x\x80\xff' + bytes([chance.randrange(256)]))
            with open(path, 'wb') as file:
                file.write(gzip.compress(bytes(data), 1))
            try:
                check(path)
                accepted += 1
            except Stop:
                pass
        self.assertLess(accepted, 120)  # bytes of padding, of times, and of names of users do not count
