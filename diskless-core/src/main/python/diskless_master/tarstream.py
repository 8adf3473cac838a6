"""Reads the entries of a tar one after the other, as `mvn package` writes it (pax(1)).

Everything that two programs could read in two ways is damage, as in the goals: no entry exists here that other programs do not
see, or the other way round.
"""

import os
import re
from typing import IO, Dict, NamedTuple, Optional

from diskless_master.frames import CompressedFile
from diskless_master.manifest import printable

_BLOCK = 512
_MAX_PAX = 1 << 24
# By type (pax(1), "ustar Interchange Format").
_ENTRY_KINDS = {b'0': 'file', b'1': 'link', b'2': 'link', b'3': 'device', b'4': 'device', b'5': 'dir', b'6': 'fifo'}
# Behind the last entry, GNU tar writes zeros up to 10 KiB.
_MAX_PADDING = 1 << 20
# A sparse file in GNU tar's form 1.0.
_SPARSE = {b'GNU.sparse.major': b'1', b'GNU.sparse.minor': b'0'}
_SPARSE_KEYS = set(_SPARSE) | {b'GNU.sparse.name', b'GNU.sparse.realsize'}

Header = NamedTuple('Header', [('name', str), ('kind', str), ('size', int), ('is_sparse', bool)])


class TarStream:
    """Reads headers; the caller may read the content of the current entry before the next one."""

    def __init__(self, file: CompressedFile, stream: IO[bytes]) -> None:
        self.file = file
        self.stream = stream
        self.left = 0  # bytes of the current entry that were not read, with its padding
        self.size = 0

    def next(self) -> Optional[Header]:
        """The next entry; None at the end, when nothing but zeros follows."""
        pax = None  # type: Optional[Dict[bytes, bytes]]
        while True:
            self._skip(self.left)
            block = self._read(_BLOCK)
            if not any(block):
                if pax is not None:
                    raise self.file.damaged('attributes belong to no entry')
                self._need_end()
                return None
            if self._number(block[148:156]) != sum(block) - sum(block[148:156]) + 8 * 32:
                raise self.file.damaged('it has a header that is not of a tar')
            size = self._number(block[124:136])
            if block[156:157] != b'x':
                return self._header(block, size, pax or {})
            if pax is not None or size > _MAX_PAX:
                raise self.file.damaged('an entry has attributes twice, or too many of them')
            self._begin(size)
            pax = self._records(self.content())

    def _header(self, block: bytes, size: int, pax: Dict[bytes, bytes]) -> Header:
        kind = _ENTRY_KINDS.get(block[156:157], '')
        if not kind:  # readers would not agree on what follows
            raise self.file.damaged('it has an entry of the type ' + printable(os.fsdecode(block[156:157])))
        size = self._decimal(pax[b'size']) if b'size' in pax else size
        is_sparse = any(key.startswith(b'GNU.') for key in pax)
        if is_sparse and (set(key for key in pax if key.startswith(b'GNU.')) != _SPARSE_KEYS or b'path' in pax
                          or any(pax[key] != value for key, value in _SPARSE.items())):
            raise self.file.damaged('it has a sparse file of a form that no bundle has')
        name = os.fsdecode(pax.get(b'GNU.sparse.name' if is_sparse else b'path') or self._ustar_name(block))
        if kind != 'file' and size != 0 or kind != 'dir' and name.endswith('/'):
            raise self.file.damaged('%s has content or a name that its type does not allow' % printable(name))
        parts = [part for part in name.split('/') if part not in ('', '.')]
        if '..' in parts or '\0' in name:
            raise self.file.damaged('it has an entry ' + printable(name))
        self._begin(size)
        return Header('/'.join(parts), kind, size, is_sparse)

    def _ustar_name(self, block: bytes) -> bytes:
        prefix = block[345:500].split(b'\0')[0]
        if prefix and block[257:263] != b'ustar\0':
            raise self.file.damaged('a header has a prefix and is not of the ustar format')
        return (prefix + b'/' if prefix else b'') + block[:100].split(b'\0')[0]

    def _begin(self, size: int) -> None:
        self.size = size
        self.left = -(-size // _BLOCK) * _BLOCK

    def content(self) -> bytes:
        """The content of the current entry."""
        data = self._read(self.left)
        self.left = 0
        return data[:self.size]

    def _need_end(self) -> None:
        data = self.stream.read(_MAX_PADDING + 1)
        if len(data) > _MAX_PADDING or any(data):
            raise self.file.damaged('it has something behind its last entry')

    def _records(self, text: bytes) -> Dict[bytes, bytes]:
        """The attributes of an entry (pax(1), "pax Extended Header"): LENGTH KEY=VALUE, each with a line feed at its end."""
        records = {}  # type: Dict[bytes, bytes]
        while text:
            found = re.match(rb'([1-9][0-9]{0,8}) ([^=\n]+)=', text)
            count = int(found.group(1)) if found else 0
            if not found or count > len(text) or count <= found.end() or text[count - 1:count] != b'\n' or found.group(2) in records:
                raise self.file.damaged('it has attributes of an entry that are not valid')
            records[found.group(2)] = text[found.end():count - 1]
            text = text[count:]
        return {key: value for key, value in records.items() if value}

    def _number(self, field: bytes) -> int:
        digits = field.strip(b' \0')
        if not re.match(rb'[0-7]*\Z', digits):
            raise self.file.damaged('it has a header that is not of a tar')
        return int(digits or b'0', 8)

    def _decimal(self, digits: bytes) -> int:
        if not re.match(rb'[0-9]{1,18}\Z', digits):
            raise self.file.damaged('it has a header that is not of a tar')
        return int(digits)

    def _read(self, count: int) -> bytes:
        data = self.stream.read(count)
        if len(data) != count:
            raise self.file.damaged('it is cut off')
        return data

    def _skip(self, count: int) -> None:
        while count > 0:
            data = self.stream.read(min(count, 1 << 20))
            if not data:
                raise self.file.damaged('it is cut off')
            count -= len(data)
        self.left = 0
