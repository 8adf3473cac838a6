"""What the tests of the parts have in common: a folder, the messages of a test, and a small bundle."""

import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
import unittest
from typing import Dict, List, Optional, Tuple
from unittest import mock

from diskless_master import host
from diskless_master.layout import Layout
from diskless_master.lists import Lists
from diskless_master.manifest import Manifest
from diskless_master.staging import Staging

IS_ROOT = os.geteuid() == 0
TIME = 1700000000
META = 'META-INF/diskless/'

only_root = unittest.skipUnless(IS_ROOT, 'NOT TESTED: owners and devices need root; run the tests as root')


class Case(unittest.TestCase):
    """A test with an empty folder that is a master, and the messages that the administrator would see."""

    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp(prefix='diskless-test-')
        self.addCleanup(subprocess.run, ['rm', '-rf', self.folder], check=True)
        self.messages = []  # type: List[str]
        patch = mock.patch.object(host, '_write', lambda _, text: self.messages.append(text))
        patch.start()
        self.addCleanup(patch.stop)
        before = os.umask(0o022)
        self.addCleanup(os.umask, before)
        self.layout = Layout(self.folder, '/srv/diskless', 'lab')

    def put(self, path: str, text: str = '', mode: int = 0o644) -> str:
        """Writes a file below the folder; returns its complete path."""
        target = self.folder + '/' + path.lstrip('/')
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, 'wb') as file:
            file.write(os.fsencode(text))
        os.chmod(target, mode)
        return target

    def read(self, path: str) -> str:
        """The text of a file below the folder."""
        with open(self.folder + '/' + path.lstrip('/'), 'rb') as file:
            return os.fsdecode(file.read())

    def release(self, version: str, files: 'Optional[Dict[str, str]]' = None) -> str:
        """An installed release with some files; returns its directory."""
        below = 'srv/diskless/lab/releases/' + version + '/'
        self.put(below + META + 'manifest', '#mtree\n')
        os.makedirs(self.folder + '/' + below + 'boot', exist_ok=True)
        os.makedirs(self.folder + '/' + below + 'master', exist_ok=True)
        for name, text in (files or {}).items():
            self.put(below + name, text)
        return self.layout.release(version)

    def staging(self, trees: str, kept: str = '', deleted: str = '') -> Staging:
        """A release that is being made in the folder `partial`."""
        partial = self.folder + '/partial'
        os.makedirs(partial, exist_ok=True)
        os.makedirs(self.layout.releases, exist_ok=True)
        return Staging(self.layout, '2', partial, Manifest('', True), Lists(trees, kept, deleted))

    def stops(self, pattern: str) -> 'unittest.case._AssertRaisesContext[host.Stop]':
        """The block must end with a message for the administrator."""
        return self.assertRaisesRegex(host.Stop, pattern)

    def said(self) -> str:
        """All messages so far, which are forgotten."""
        text = '\n'.join(self.messages)
        del self.messages[:]
        return text


def escape(name: str) -> str:
    """The escapes of vis(3) in octal, as the Java side writes them."""
    plain = (byte for byte in os.fsencode(name))
    return ''.join(chr(byte) if 0x20 < byte < 0x7f and chr(byte) not in '\\#=*?[' else '\\%03o' % byte for byte in plain)


def frame(data: bytes, *options: str) -> bytes:
    """One frame of zstd(1)."""
    return subprocess.run(('zstd', '-qc') + options, input=data, stdout=subprocess.PIPE, check=True).stdout


def raw_entry(name: str, content: bytes = b'', kind: bytes = tarfile.REGTYPE, mode: int = 0o644, target: str = '',
              pax: 'Optional[Dict[str, str]]' = None, **more: int) -> bytes:
    """An entry of a tar with its content and padding."""
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.linkname, info.mtime = kind, mode, target, TIME
    info.size = len(content)
    info.devmajor, info.devminor = more.get('major', 0), more.get('minor', 0)
    info.uid, info.gid = more.get('uid', 0), more.get('gid', 0)
    info.pax_headers = pax or {}
    return info.tobuf(tarfile.PAX_FORMAT, 'utf-8', 'surrogateescape') + content + bytes(-len(content) % 512)


class SampleBundle:
    """A small bundle. Tests change its parts before they write it.

    parts are groups of entries, each with its line in the manifest (or None), and become one frame each.
    """

    def __init__(self) -> None:
        self.json = {'format': 2, 'cluster': 'lab', 'version': '2', 'release': '/srv/diskless/lab/releases/2'}  # type: Dict[str, object]
        self.meta = {
            'trees': 'first\t192.0.2.1\tfull\tgolden\tcompute\n',
            'kept': 'host-keys\tcompute\n',
            'deleted': '',
            'install': 'print("installed")\n',
            'verify': 'pass\n',
        }
        self.before = []  # type: List[Tuple[bytes, Optional[str]]]
        self.image = []  # type: List[Tuple[bytes, Optional[str]]]
        self.after = []  # type: List[Tuple[bytes, Optional[str]]]
        self.file(self.before, 'boot/pxelinux.cfg', b'DEFAULT linux\n')
        self.file(self.before, 'master/etc/dhcp/dhcpd.conf', b'authoritative;\n')
        self.directory(self.image, 'images/golden')
        self.directory(self.image, 'images/golden/etc')
        self.file(self.image, 'images/golden/etc/motd', b'Debian\n')
        self.directory(self.after, 'groups/compute')
        self.directory(self.after, 'nodes/first')
        self.file(self.after, 'nodes/first/etc/hostname', b'first\n')

    def file(self, part: 'List[Tuple[bytes, Optional[str]]]', name: str, content: bytes, mode: int = 0o644,
             xattrs: 'Optional[Dict[str, str]]' = None) -> None:
        """Adds a regular file."""
        line = './%s type=file mode=%04o uid=0 gid=0 time=%d.0 size=%d sha256digest=%s' % (
            escape(name), mode, TIME, len(content), hashlib.sha256(content).hexdigest())
        for key, value in (xattrs or {}).items():
            line += ' xattr.%s=%s' % (key, value)
        part.append((raw_entry(name, content, mode=mode), line))

    def directory(self, part: 'List[Tuple[bytes, Optional[str]]]', name: str, mode: int = 0o755) -> None:
        """Adds a directory."""
        part.append((raw_entry(name + '/', kind=tarfile.DIRTYPE, mode=mode),
                     './%s type=dir mode=%04o uid=0 gid=0 time=%d.0' % (escape(name), mode, TIME)))

    def link(self, part: 'List[Tuple[bytes, Optional[str]]]', name: str, target: str) -> None:
        """Adds a symbolic link."""
        part.append((raw_entry(name, kind=tarfile.SYMTYPE, mode=0o777, target=target),
                     './%s type=link mode=0777 uid=0 gid=0 time=%d.0 link=%s' % (escape(name), TIME, escape(target))))

    def device(self, part: 'List[Tuple[bytes, Optional[str]]]', name: str) -> None:
        """Adds the device null(4)."""
        part.append((raw_entry(name, kind=tarfile.CHRTYPE, mode=0o666, major=1, minor=3),
                     './%s type=char mode=0666 uid=0 gid=0 time=%d.0 device=native,1,3' % (escape(name), TIME)))

    def hard_link(self, part: 'List[Tuple[bytes, Optional[str]]]', name: str, first: str) -> None:
        """Adds a further name of a file that was added before."""
        line = next(line for _, line in part if line and line.startswith('./' + escape(first) + ' '))
        own = './' + escape(name) + line[line.index(' '):] + ' hardlink=./' + escape(first)
        part.append((raw_entry(name, kind=tarfile.LNKTYPE, target=first), own))

    def manifest(self) -> str:
        """The manifest, whose lines are in the order of the archive."""
        lines = [line for _, line in self.head()[1:] + self.before + self.image + self.after if line]
        return '#mtree\n' + ''.join(line + '\n' for line in lines)

    def head(self) -> 'List[Tuple[bytes, Optional[str]]]':
        """The entries below META-INF, without the manifest."""
        part = [(b'', None)]  # type: List[Tuple[bytes, Optional[str]]]
        self.file(part, META + 'bundle.json', json.dumps(self.json).encode())
        for name, text in self.meta.items():
            self.file(part, META + name, os.fsencode(text))
        return part

    def frames(self, trailer: bytes = bytes(1024)) -> List[bytes]:
        """The parts of the archive, not packed."""
        manifest = raw_entry(META + 'manifest', os.fsencode(self.manifest()))
        first = b''.join(data for data, _ in self.head() + self.before) + manifest
        return [first, b''.join(data for data, _ in self.image), b''.join(data for data, _ in self.after), trailer]

    def write(self, path: str, trailer: bytes = bytes(1024)) -> str:
        """Writes the bundle, packed with zstd; returns its path."""
        with open(path, 'wb') as file:
            for data in self.frames(trailer):
                file.write(frame(data))
        return path
