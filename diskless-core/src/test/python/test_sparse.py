"""Digests of files with large holes."""

import hashlib
import os
import time

from diskless_master.manifest import parse
from diskless_master.sparse import sparse_digest
from diskless_master.unpack import file_digest
from sample import Case

GIB = 1 << 30


class SparseTest(Case):
    def file(self, name: str, size: int, *parts: 'tuple[int, bytes]') -> str:
        path = self.folder + '/' + name
        with open(path, 'wb') as file:
            for offset, data in parts:
                file.seek(offset)
                file.write(data)
            file.truncate(size)
        return path

    def digest(self, path: str) -> str:
        opened = os.open(path, os.O_RDONLY)
        try:
            return sparse_digest(opened)
        finally:
            os.close(opened)

    def test_a_hole_of_400_gb_costs_no_time(self) -> None:
        start = time.monotonic()
        path = self.file('lastlog', 400 * GIB, (0, b'first'), (200 * GIB + 70000, b'second'), (400 * GIB - 3, b'end'))
        self.assertEqual(self.digest(path), 'de7057476bf6430ced940fd16839c0e3d9c62cee8de625f6bb8a2d659d7f9eab')
        self.assertEqual(file_digest(path, True), self.digest(path))
        self.assertLess(time.monotonic() - start, 5)

    def test_zeros_on_the_disk_are_holes(self) -> None:
        sparse = self.file('sparse', 300001, (70000, b'x' * 100000))
        zeros = self.file('zeros', 300001, (0, b'\0' * 70000 + b'x' * 100000 + b'\0' * 130001))
        self.assertEqual(self.digest(sparse), self.digest(zeros))

    def test_content_offset_and_size_count(self) -> None:
        digests = {self.digest(self.file('f', size, (offset, data)))
                   for size, offset, data in [(GIB, 0, b'x'), (GIB, 1, b'x'), (GIB, 1 << 20, b'x'), (GIB + 1, 0, b'x'), (GIB, 0, b'y')]}
        self.assertEqual(len(digests), 5)

    def test_an_empty_file_and_one_hole(self) -> None:
        self.assertEqual(self.digest(self.file('empty', 0)), hashlib.sha256(bytes(8)).hexdigest())
        self.assertEqual(self.digest(self.file('hole', GIB)), hashlib.sha256(GIB.to_bytes(8, 'big')).hexdigest())

    def test_a_manifest_says_which_digest_it_has(self) -> None:
        line = './a type=file mode=0644 uid=0 gid=0 time=0.0 size=9000000000 allocated=512 '
        sparse, old = parse(line + 'sparsedigest=12'), parse(line + 'sha256digest=12')
        self.assertEqual((sparse.digest, sparse.is_sparse, sparse.allocated, sparse.size), ('12', True, 512, 9000000000))
        self.assertEqual((old.digest, old.is_sparse), ('12', False))
