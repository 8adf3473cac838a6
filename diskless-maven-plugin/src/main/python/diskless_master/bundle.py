"""What a bundle says of itself: the entries below META-INF/diskless, read before anything is unpacked."""

import hashlib
import json
import os
import re
from typing import IO, Dict, List, NamedTuple, Optional

from diskless_master.frames import CompressedFile, Frame
from diskless_master.host import Stop
from diskless_master.manifest import name_of, parse, printable

META = 'META-INF/diskless/'

# More than a bundle with a hundred thousand nodes says of itself, in bytes.
_MAX_META = 1 << 28
_BLOCK = 512
_MAX_NAME = 1 << 20
# By type: a file, a hard link, a symbolic link, devices, a directory, a FIFO, a file again (pax(1), "ustar Interchange Format").
_ENTRY_KINDS = {b'0': 'file', b'\0': 'file', b'1': 'link', b'2': 'link', b'3': 'other', b'4': 'other', b'5': 'dir', b'6': 'other',
                b'7': 'file'}
# Behind the last entry, GNU tar writes zeros up to 10 KiB.
_MAX_PADDING = 1 << 20

Header = NamedTuple('Header', [('name', str), ('kind', str), ('size', int)])


class Bundle:
    """A bundle's file, and what it says of itself.

    meta has the content of each file below META-INF/diskless by its path there; cluster, version and directory come from
    bundle.json, as in the goals.
    """

    def __init__(self, path: str) -> None:
        self.file = CompressedFile(path)
        self.path = path
        self.images = {}  # type: Dict[Frame, str]
        for frame in self.file.frames if len(self.file.frames) > 1 else []:
            image = self._image_of(frame)
            if image:
                self.images[frame] = image
        self.meta = self._read_meta()
        if 'manifest' not in self.meta or 'bundle.json' not in self.meta:
            raise self.file.damaged('it has no manifest')
        self._need_listed()
        said = self._json('bundle.json')
        self.format = said.get('format')
        if self.format not in (1, 2):
            raise Stop('%s has format %s, which this installer does not know. Install it with its own installer.'
                       % (path, printable(str(self.format))))
        self.cluster = self._text(said, 'cluster', r'[A-Za-z0-9][A-Za-z0-9._-]*')
        self.version = self._text(said, 'version', r'[A-Za-z0-9_][A-Za-z0-9._+@-]*')
        release = self._text(said, 'release', r'(/[A-Za-z0-9._+@-]+)+')
        below = '/%s/releases/%s' % (self.cluster, self.version)
        if not release.endswith(below) or re.search(r'/\.\.?(/|$)', release):
            raise self.file.damaged('bundle.json names the release ' + printable(release))
        self.directory = release[:-len(below)]

    def _need_listed(self) -> None:
        """Every list is what the manifest says, before any of them is used. The manifest is what the signature covers."""
        lines = [line for line in os.fsdecode(self.meta['manifest']).split('\n') if line.startswith('./' + META)]
        digests = {name_of(line)[2 + len(META):]: parse(line).digest for line in lines}
        for name, content in self.meta.items():
            if name not in ('manifest', 'signature') and digests.get(name) != hashlib.sha256(content).hexdigest():
                raise self.file.damaged('%s%s is not what its manifest says' % (META, printable(name)))

    def _json(self, name: str) -> 'Dict[str, object]':
        try:
            said = json.loads(self.meta[name].decode('utf-8'))
        except ValueError:
            raise self.file.damaged(name + ' is not JSON')
        if not isinstance(said, dict):
            raise self.file.damaged(name + ' is not an object')
        return said

    def _text(self, said: 'Dict[str, object]', key: str, pattern: str) -> str:
        value = said.get(key)
        if not isinstance(value, str) or not re.match('(?:%s)$' % pattern, value) or '\n' in value:
            raise self.file.damaged('bundle.json has no valid ' + key)
        return value

    def _image_of(self, frame: Frame) -> Optional[str]:
        """The image whose frame it is, because its first entry belongs to it."""
        with self.file.open([frame]) as unpacking:
            header = TarStream(self.file, unpacking.stream).next()
        parts = header.name.split('/') if header else []
        return parts[1] if len(parts) > 1 and parts[0] == 'images' else None

    def other_frames(self) -> List[Frame]:
        """All frames that are not an image's."""
        return [frame for frame in self.file.frames if frame not in self.images]

    def _read_meta(self) -> Dict[str, bytes]:
        meta = {}  # type: Dict[str, bytes]
        total = 0
        with self.file.open(self.other_frames()) as unpacking:
            tar = TarStream(self.file, unpacking.stream)
            while True:
                header = tar.next()
                if header is None:
                    break
                if not (header.name + '/').startswith(META) and header.name != 'META-INF' or header.kind == 'dir':
                    continue
                if header.kind != 'file' or header.name == 'META-INF':
                    raise self.file.damaged('%s is not a regular file' % printable(header.name))
                name = header.name[len(META):]
                if name in meta:
                    raise self.file.damaged('it contains %s twice' % printable(header.name))
                total += header.size
                if total > _MAX_META:
                    raise self.file.damaged('its lists have more than %d MiB' % (_MAX_META >> 20))
                meta[name] = tar.content()
            tar.drain()
            unpacking.need_success()
        return meta


class TarStream:
    """Reads the entries of a tar one after the other: pax(1), with long names of GNU tar."""

    def __init__(self, file: CompressedFile, stream: IO[bytes]) -> None:
        self.file = file
        self.stream = stream
        self.left = 0  # bytes of the current entry that were not read, with its padding
        self.size = 0

    def next(self) -> Optional[Header]:
        """The next entry; None at the end."""
        name, size = b'', -1
        while True:
            self._skip(self.left)
            block = self._read(_BLOCK)
            if not block.strip(b'\0'):
                return None
            self.size = self._number(block[124:136])
            self.left = -(-self.size // _BLOCK) * _BLOCK
            kind = block[156:157]
            if kind in b'xL':
                if self.size > _MAX_NAME:
                    raise self.file.damaged('an entry has attributes of %d bytes' % self.size)
                text = self.content()
                if kind == b'L':
                    name = text.rstrip(b'\0')
                else:
                    records = _pax_records(text)
                    name = records.get(b'GNU.sparse.name', records.get(b'path', name))
                    size = self._decimal(records[b'size']) if b'size' in records else -1
            elif kind in _ENTRY_KINDS:
                break
            elif kind != b'K':  # readers would not agree on what follows
                raise self.file.damaged('it has an entry of the type %s' % printable(os.fsdecode(kind)))
        if size >= 0:
            self.size = size
            self.left = -(-size // _BLOCK) * _BLOCK
        if not name:
            prefix = block[345:500].rstrip(b'\0') if block[257:263] == b'ustar\0' else b''
            name = (prefix + b'/' if prefix else b'') + block[:100].split(b'\0')[0]
        if kind in b'123456':  # links, devices, directories and FIFOs have no content
            self.size = self.left = 0
        text_name = os.fsdecode(name)
        text_name = text_name[2:] if text_name.startswith('./') else text_name
        return Header(text_name.rstrip('/'), _ENTRY_KINDS.get(kind, 'other'), self.size)

    def content(self) -> bytes:
        """The content of the current entry."""
        data = self._read(self.left)
        self.left = 0
        return data[:self.size]

    def drain(self) -> None:
        """Reads what is behind the last entry, so that the whole stream is checked."""
        if len(self.stream.read(_MAX_PADDING + 1)) > _MAX_PADDING:
            raise self.file.damaged('it has something behind its last entry')

    def _number(self, field: bytes) -> int:
        digits = field.strip(b' \0')
        if field[0] == 0x80 and not any(field[1:4]):
            return int.from_bytes(field[4:], 'big') & (1 << 63) - 1
        if not re.match(rb'[0-7]*$', digits):
            raise self.file.damaged('it has a header that is not of a tar')
        return int(digits or b'0', 8)

    def _decimal(self, digits: bytes) -> int:
        if not re.match(rb'[0-9]{1,18}$', digits):
            raise self.file.damaged('it has a header that is not of a tar')
        return int(digits)

    def _read(self, count: int) -> bytes:
        data = self.stream.read(count)
        if len(data) != count:
            if not data and count == _BLOCK and self.left == 0:
                return b''
            raise self.file.damaged('it is cut off')
        return data

    def _skip(self, count: int) -> None:
        while count > 0:
            data = self.stream.read(min(count, 1 << 20))
            if not data:
                raise self.file.damaged('it is cut off')
            count -= len(data)
        self.left = 0


def _pax_records(text: bytes) -> Dict[bytes, bytes]:
    records = {}
    while text:
        length, _, rest = text.partition(b' ')
        count = int(length) if length.isdigit() else 0
        if count <= len(length) + 1:
            break
        key, _, value = text[len(length) + 1:count - 1].partition(b'=')
        records[key] = value
        text = text[count:]
    return records
