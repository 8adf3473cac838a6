"""Unpacks a bundle beside the installed releases, into a directory for root alone, and checks it against its manifest."""

import base64
import hashlib
import os
import stat
import subprocess
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Dict, Iterable, List, Optional, Set

from diskless_master.bundle import META, Bundle
from diskless_master.frames import Part, raw_frame
from diskless_master.host import Stop, last_line, say, start
from diskless_master.layout import write_text
from diskless_master.manifest import Entry, Manifest, printable
from diskless_master.sparse import sparse_digest

# Attributes that the kernel or a security module adds by itself.
_FOREIGN_XATTRS = ('security.selinux', 'security.ima', 'security.evm', 'security.SMACK64', 'trusted.', 'btrfs.', 'system.nfs4')
_TYPES = {stat.S_IFREG: 'file', stat.S_IFDIR: 'dir', stat.S_IFLNK: 'link', stat.S_IFCHR: 'char', stat.S_IFBLK: 'block',
          stat.S_IFIFO: 'fifo', stat.S_IFSOCK: 'socket'}


def unpack(bundle: Bundle, partial: str, work: str, left_out: Iterable[str], renaming: List[str]) -> None:
    """Unpacks everything but some names.

    renaming has options of tar(1) that move the part of one of several masters to its place. One tar reads all frames: it makes
    symbolic links that lead out of the directory only at its end, so that no entry is written through such a link. Between the
    frames, tar gets directories with a name that no bundle can know. So it is known in which frame each entry is.
    """
    names = work + '/left-out'
    write_text(names, ''.join(name + '\n' for name in left_out))
    command = ['tar', '-xp', '-v', '--quoting-style=escape', '-C', partial, '-f', '-', '--numeric-owner', '--same-owner', '--xattrs',
               '--xattrs-include=*', '--anchored', '--no-wildcards', '-X', names]
    frames = bundle.file.frames
    between = ['.frame-%s-%d' % (os.urandom(16).hex(), number) for number in range(len(frames) if len(frames) > 1 else 0)]
    parts = []  # type: List[Part]
    for number, frame in enumerate(frames):
        parts += [raw_frame(_directory(between[number])), frame] if between else [frame]
    with bundle.file.open(parts) as unpacking, tempfile.TemporaryFile() as errors:
        tar = start(command + renaming, stdin=unpacking.stream, stdout=subprocess.PIPE, stderr=errors)
        unpacking.stream.close()
        with tar.stdout as lines:  # type: ignore # it is a pipe
            problem = _foreign(lines, between, [bundle.images.get(frame) for frame in frames])
        if tar.wait() != 0:
            errors.seek(0)
            said = last_line(errors.read().decode('utf-8', 'backslashreplace'), tar.returncode)
            raise Stop('cannot unpack %s: it is damaged, or the disk is full (%s)' % (bundle.path, said))
        if problem:
            raise bundle.file.damaged(problem)
        unpacking.need_success()
    for name in between:
        os.rmdir(partial + '/' + name)


def _directory(name: str) -> bytes:
    """The header of a directory in a tar."""
    header = tarfile.TarInfo(name)
    header.type, header.mode = tarfile.DIRTYPE, 0o700
    return header.tobuf(tarfile.USTAR_FORMAT)


def _foreign(lines: Iterable[bytes], between: List[str], images: List[Optional[str]]) -> str:
    """Reads all names that tar unpacks. Returns a problem: a name in the frame of an image that is not of that image, or a file twice."""
    problem = ''
    at = -1
    seen = set()  # type: Set[str]
    for line in lines:
        name = os.fsdecode(line.rstrip(b'\n/'))
        if at + 1 < len(between) and name == between[at + 1]:
            at += 1
            continue
        image = images[at] if between and at >= 0 else None
        if image and not (name + '/').startswith('images/%s/' % image):
            problem = problem or '%s is in the frame of images/%s' % (printable(name), image)
        name = os.path.normpath(name)
        if name in seen and not line.endswith(b'/\n'):
            problem = problem or '%s is in it twice' % printable(name)
        seen.add(name)
    return problem or ('an entry does not end with its frame' if at + 1 < len(between) else '')


class UnpackedCheck:
    """Compares what was unpacked with the manifest: nothing is missing, changed or added."""

    def __init__(self, bundle: Bundle, partial: str, manifest: Manifest, shared: Set[str]) -> None:
        self.bundle = bundle
        self.partial = partial
        self.manifest = manifest
        self.shared = shared
        self.problems = []  # type: List[str]
        self.inodes = {}  # type: Dict[str, int]

    def check(self) -> None:
        """Stops if anything differs."""
        self._check_contents()
        self._check_unlisted()
        self._check_entries()
        if self.manifest.has_links:
            self._check_links()
        if self.problems:
            raise Stop('%s does not match its manifest; nothing was installed:\n  %s'
                       % (self.bundle.path, '\n  '.join(printable(problem) for problem in self.problems[:10])))

    def _check_contents(self) -> None:
        files = [entry for entry in self.manifest.files() if entry.digest and entry.name not in self.shared]
        if not files and not self.shared:
            self.problems.append('the manifest names no file')

        def is_wrong(entry: Entry) -> bool:
            return file_digest(self.partial + '/' + entry.name, entry.is_sparse) != entry.digest

        for entry in beside(is_wrong, files):
            self.problems.append('%s: FAILED, its content is not what the manifest says' % entry.name)

    def _check_unlisted(self) -> None:
        """The manifest contains neither itself nor the signature. tar(1) may have unpacked others, such as META-INF/./diskless/manifest."""
        wanted = {'manifest': os.fsencode(self.manifest.text), 'signature': self.bundle.meta.get('signature')}
        for name, content in wanted.items():
            digest = '' if content is None else hashlib.sha256(content).hexdigest()
            if file_digest(self.partial + '/' + META + name) != digest:
                self.problems.append(META + name + ': FAILED, its content is not what was checked before')

    def _check_entries(self) -> None:
        expected = dict(self.manifest.by_name)
        implied = {'/'.join(name.split('/')[:count]) for name in expected for count in range(1, name.count('/') + 1)} - set(expected)
        unlisted = {META + 'manifest', META + 'signature'}
        self.has_xattrs = True
        for name in names_below(self.partial):
            status = os.lstat(self.partial + '/' + name)
            entry = expected.pop(name, None)
            if entry:
                self._check_entry(entry, status)
            elif name in implied:
                if not stat.S_ISDIR(status.st_mode) or stat.S_IMODE(status.st_mode) != 0o755 or (status.st_uid, status.st_gid) != (0, 0):
                    self.problems.append(name + ': is not a directory of root with mode 0755')
            elif name not in unlisted or not stat.S_ISREG(status.st_mode):
                self.problems.append(name + ': is in the bundle, and not in its manifest')
        for name in sorted(expected):
            self.problems.append(name + ': is in the manifest, and not in the bundle')

    def _check_entry(self, entry: Entry, status: os.stat_result) -> None:
        kind = _TYPES[stat.S_IFMT(status.st_mode)]
        path = self.partial + '/' + entry.name
        found = [kind, status.st_uid, status.st_gid]
        wanted = [entry.type, entry.uid, entry.gid]  # type: List[object]
        if kind != 'link':
            found.append(stat.S_IMODE(status.st_mode))
            wanted.append(entry.mode)
        if kind == 'file':
            found += [int(status.st_mtime_ns // 1000000000), status.st_size]
            wanted += [entry.seconds, entry.size]
            self.inodes[entry.name] = status.st_ino
        elif kind == 'link' and entry.type == 'link':
            found.append(os.readlink(path))
            wanted.append(entry.target)
        elif kind in ('char', 'block'):
            found.append('%d,%d' % (os.major(status.st_rdev), os.minor(status.st_rdev)))
            wanted.append(entry.device)
        if found != wanted:
            self.problems.append('%s: is %s, and the manifest says %s' % (entry.name, _words(found), _words(wanted)))
        self._check_xattrs(entry, path)

    def _check_xattrs(self, entry: Entry, path: str) -> None:
        try:
            names = os.listxattr(path, follow_symlinks=False)
        except OSError:
            names = []
        for name in names:
            if name not in entry.xattrs and not name.startswith(_FOREIGN_XATTRS):
                self.problems.append('%s: has the attribute %s, which the manifest does not have' % (entry.name, name))
        for name, value in entry.xattrs.items():
            if name not in names:
                if self.has_xattrs:
                    say('warning: the disk does not keep attributes such as %s of %s' % (name, printable(entry.name)))
                self.has_xattrs = False
            elif os.getxattr(path, name, follow_symlinks=False) != base64.b64decode(value):
                self.problems.append('%s: the attribute %s is not what the manifest says' % (entry.name, name))

    def _check_links(self) -> None:
        by_inode = {}  # type: Dict[int, Set[str]]
        for name, inode in self.inodes.items():
            by_inode.setdefault(inode, set()).add(name)
        groups = self.manifest.groups()
        expected = {name: group for group in groups.values() for name in group}
        for names in by_inode.values():
            for name in names:
                if expected.get(name, {name}) != names:
                    self.problems.append('%s: is one file with other names than the manifest says' % name)
                    break


def _words(values: List[object]) -> str:
    return ' '.join('%o' % value if index == 3 and isinstance(value, int) else str(value) for index, value in enumerate(values))


def file_digest(path: str, is_sparse: bool = False) -> str:
    """Digest of a regular file of a release, by default the SHA-256 of all bytes; empty if it is not a regular file."""
    sha = hashlib.sha256()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ''
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ''
        if is_sparse:
            return sparse_digest(descriptor)
        while True:
            part = os.read(descriptor, 1 << 20)
            if not part:
                return sha.hexdigest()
            sha.update(part)
    finally:
        os.close(descriptor)


def beside(is_wrong: Callable[[Entry], bool], entries: List[Entry]) -> List[Entry]:
    """Checks entries on up to four processors. More would only keep a disk seeking. Returns the wrong ones in order."""
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return [entry for entry, wrong in zip(entries, pool.map(is_wrong, entries, chunksize=64)) if wrong]


def names_below(folder: str) -> Iterable[str]:
    """All names below a directory of root's own, without following links."""
    pending = ['']
    while pending:
        at = pending.pop()
        with os.scandir(folder + '/' + at) as children:
            for child in children:
                name = at + child.name
                yield name
                if child.is_dir(follow_symlinks=False):
                    pending.append(name + '/')
