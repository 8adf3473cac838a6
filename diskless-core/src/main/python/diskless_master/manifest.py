"""The manifest of a bundle, in the format of mtree(5): a line an entry, with whole paths."""

import os
import re
from typing import Dict, List, NamedTuple, Optional, Set

from diskless_master.host import Stop

Entry = NamedTuple('Entry', [
    ('name', str),  # path in the release, without ./ before it
    ('type', str),  # file, dir, link, char, block or fifo
    ('mode', int),  # the twelve bits of chmod(2)
    ('uid', int),
    ('gid', int),
    ('seconds', int),  # time of last modification, since 1970
    ('size', int),  # of a file, in bytes
    ('allocated', int),  # size of a file's data without holes, in bytes
    ('digest', str),  # SHA-256 of a file's content; empty for everything else
    ('is_sparse', bool),  # whether the digest is the one of files with large holes (sparse.py)
    ('target', str),  # of a symbolic link
    ('device', str),  # MAJOR,MINOR of a device
    ('xattrs', Dict[str, str]),  # values in Base64
    ('hardlink', str),  # the first name of the same file; empty for the first name, and in format 1
    ('line', str),  # the line itself, without keywords that do not change what is on the disk
])

_ESCAPE = re.compile(rb'\\([0-7]{3})')
_DISK_ONLY = re.compile(r' (?:hardlink|allocated)=[^ ]*')


def unescape(text: str) -> str:
    """Decodes the octal escapes of vis(3)."""
    if '\\' not in text:
        return text
    return os.fsdecode(_ESCAPE.sub(lambda found: bytes([int(found.group(1), 8) & 255]), os.fsencode(text)))


def name_of(line: str) -> str:
    """The path that a line is about, as it is in the manifest but decoded."""
    return unescape(line.split(' ', 1)[0])


def parse(line: str) -> Entry:
    """Reads a line of a manifest."""
    words = line.split(' ')
    values = {}  # type: Dict[str, str]
    xattrs = {}  # type: Dict[str, str]
    for word in words[1:]:
        key, _, value = word.partition('=')
        if key.startswith('xattr.'):
            xattrs[unescape(key[len('xattr.'):])] = value
        else:
            values[key] = value
    name = unescape(words[0])
    device = values.get('device', '')
    hardlink = unescape(values.get('hardlink', ''))
    try:
        return Entry(
            name[2:] if name.startswith('./') else name, values['type'], int(values.get('mode', '0'), 8),
            int(values.get('uid', '0')), int(values.get('gid', '0')), int(values.get('time', '0').split('.')[0]),
            int(values.get('size', '0')), int(values.get('allocated', values.get('size', '0'))),
            values.get('sparsedigest', values.get('sha256digest', '')), 'sparsedigest' in values, unescape(values.get('link', '')),
            device[len('native,'):] if device.startswith('native,') else device, xattrs,
            hardlink[2:] if hardlink.startswith('./') else hardlink, disk_line(line))
    except (KeyError, ValueError):
        raise Stop('the manifest is damaged: ' + printable(line))


def disk_line(line: str) -> str:
    """A line without the keywords that say how names belong together, or how a file is stored."""
    return _DISK_ONLY.sub('', line)


def printable(text: str) -> str:
    """A text from a bundle or a node, for a message: one line of plain characters, at most 200."""
    return re.sub(r'[^ -~]', '?', text)[:200]


class Manifest:
    """All entries of a release, in the order of its bundle.

    text is the manifest itself; has_links says whether it records hard links (format 2).
    """

    def __init__(self, text: str, has_links: bool) -> None:
        self.text = text
        self.has_links = has_links
        self.entries = [parse(line) for line in text.split('\n') if line and not line.startswith('#')]
        self.by_name = {entry.name: entry for entry in self.entries}
        if len(self.by_name) != len(self.entries):
            raise Stop('the manifest is damaged: it has a name twice')

    def groups(self) -> Dict[str, Set[str]]:
        """The names of each file that has several, by the first name."""
        groups = {}  # type: Dict[str, Set[str]]
        for entry in self.entries:
            if entry.hardlink:
                groups.setdefault(entry.hardlink, {entry.hardlink}).add(entry.name)
        return groups

    def files(self) -> List[Entry]:
        """All regular files."""
        return [entry for entry in self.entries if entry.type == 'file']

    def get(self, name: str) -> Optional[Entry]:
        """The entry of a name."""
        return self.by_name.get(name)
