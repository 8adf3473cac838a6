"""What a bundle says of itself: the entries below META-INF/diskless, read before anything is unpacked."""

import hashlib
import json
import os
import re
from typing import Dict, List, Optional

from diskless_master.frames import CompressedFile, Frame
from diskless_master.host import Stop
from diskless_master.manifest import name_of, parse, printable
from diskless_master.tarstream import TarStream

META = 'META-INF/diskless/'

# More than a bundle with a hundred thousand nodes says of itself, in bytes.
_MAX_META = 1 << 28
# What a program that reads an entry keeps of it, beside its name and content.
_ENTRY = 4096


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
        except (ValueError, RecursionError):
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
        """The image whose frame it is, because the frame begins with the entry of its root."""
        with self.file.open([frame]) as unpacking:
            try:
                header = TarStream(self.file, unpacking.stream).next()
            except Stop:  # it is empty, or does not begin with an entry
                return None
        parts = header.name.split('/') if header else []
        return parts[1] if len(parts) == 2 and parts[0] == 'images' else None

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
                if header.kind != 'file' or header.is_sparse or header.name == 'META-INF':
                    raise self.file.damaged('%s is not a regular file' % printable(header.name))
                name = header.name[len(META):]
                if name in meta:
                    raise self.file.damaged('it contains %s twice' % printable(header.name))
                total += header.size + len(header.name) + _ENTRY
                if total > _MAX_META:
                    raise self.file.damaged('its lists have more than %d MiB' % (_MAX_META >> 20))
                meta[name] = tar.content()
            unpacking.need_success()
        return meta
