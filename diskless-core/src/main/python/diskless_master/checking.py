"""Reads a whole bundle and compares every entry with the manifest, before anything of the bundle is executed."""

import hashlib
import tarfile
from typing import Dict, IO, List, Optional

from diskless_master.bundle import META, Bundle
from diskless_master.frames import Frame
from diskless_master.manifest import Entry, Manifest, printable

_MEMBER_KINDS = {tarfile.REGTYPE: 'file', tarfile.AREGTYPE: 'file', tarfile.GNUTYPE_SPARSE: 'file', tarfile.DIRTYPE: 'dir',
          tarfile.SYMTYPE: 'link', tarfile.CHRTYPE: 'char', tarfile.BLKTYPE: 'block', tarfile.FIFOTYPE: 'fifo'}


class BundleCheck:
    """Compares the entries of one bundle with its manifest."""

    def __init__(self, bundle: Bundle, manifest: Manifest) -> None:
        self.bundle = bundle
        self.left = dict(manifest.by_name)  # type: Dict[str, Entry]
        self.seen = {}  # type: Dict[str, Entry]
        self.problems = []  # type: List[str]

    def check(self) -> None:
        """Stops if the bundle does not match its manifest."""
        others = []  # type: List[Frame]
        for frame in self.bundle.file.frames:
            if frame in self.bundle.images:
                self._read(others, None)
                self._read([frame], self.bundle.images[frame])
                others = []
            else:
                others.append(frame)
        self._read(others, None)
        for name in (META + 'manifest', META + 'signature'):
            self.left.pop(name, None)
        self.problems += [name + ' is in the manifest, and not in the bundle' for name in sorted(self.left)]
        if self.problems:
            raise self.bundle.file.damaged('it does not match its manifest: '
                                           + '; '.join(printable(problem) for problem in self.problems[:5]))

    def _read(self, frames: List[Frame], image: Optional[str]) -> None:
        if not frames:
            return
        root = 'images/%s' % image
        with self.bundle.file.open(frames) as unpacking:
            try:
                with tarfile.open(fileobj=unpacking.stream, mode='r|', bufsize=1 << 20, errors='surrogateescape') as tar:
                    for member in tar:
                        name = member.name.rstrip('/')
                        name = name[2:] if name.startswith('./') else name
                        if image and name != root and not name.startswith(root + '/'):
                            raise self.bundle.file.damaged('%s is in the frame of %s' % (printable(name), root))
                        self._check_member(name, member, tar)
                        tar.members = []  # type: ignore # tarfile would keep all of them
            except tarfile.TarError as error:
                raise self.bundle.file.damaged(str(error))
            while unpacking.stream.read(1 << 20):
                pass
            unpacking.need_success()

    def _check_member(self, name: str, member: tarfile.TarInfo, tar: tarfile.TarFile) -> None:
        if name in (META + 'manifest', META + 'signature'):
            return
        entry = self.left.pop(name, None)
        if entry is None:
            if not member.isdir() or name in self.seen:
                self.problems.append(name + ' is in the bundle, and not in its manifest, or twice')
            return
        self.seen[name] = entry
        if member.islnk():
            target = member.linkname[2:] if member.linkname.startswith('./') else member.linkname
            first = self.seen.get(target)
            if first is None or first.digest != entry.digest or entry.type != 'file':
                self.problems.append(name + ' is a link to ' + target)
            return
        if _MEMBER_KINDS.get(member.type) != entry.type or (member.uid, member.gid) != (entry.uid, entry.gid):
            self.problems.append(name + ' has another type or owner')
        elif entry.type == 'link' and member.linkname != entry.target:
            self.problems.append(name + ' leads to ' + member.linkname)
        elif entry.type != 'link' and member.mode & 0o7777 != entry.mode:
            self.problems.append('%s has mode %o' % (name, member.mode))
        elif entry.type == 'file' and (member.size != entry.size or _digest(tar.extractfile(member)) != entry.digest):
            self.problems.append(name + ' has other content')


def _digest(stream: Optional[IO[bytes]]) -> str:
    sha = hashlib.sha256()
    while stream is not None:
        part = stream.read(1 << 20)
        if not part:
            break
        sha.update(part)
    return sha.hexdigest()
