"""The lists of a bundle: its nodes, what the master keeps of them, and what layers take away."""

import re
from typing import Dict, List, NamedTuple, Set

from diskless_master.host import Stop
from diskless_master.layout import split_lines
from diskless_master.manifest import printable

Node = NamedTuple('Node', [
    ('name', str),
    ('address', str),
    ('mode', str),  # of its root: full, shared, overlay or ram
    ('image', str),
    ('group', str),
])

Secret = NamedTuple('Secret', [
    ('scope', str),  # cluster or node
    ('origin', str),  # random: the master makes it; given: the administrator puts it there; master: the master's own file
    ('owner', str),  # a number, or a name that the node's tree resolves
    ('owning_group', str),
    ('mode', int),
    ('path', str),  # on the node
])

Deletion = NamedTuple('Deletion', [
    ('layer', str),  # groups/NAME or nodes/NAME
    ('kind', str),  # whiteout, or replace: the layer itself has the path again
    ('path', str),
])

_LABEL = re.compile(r'[a-z0-9][a-z0-9-]*$')
_ADDRESS = re.compile(r'[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$')
_ACCOUNT = re.compile(r'[A-Za-z0-9_][A-Za-z0-9_.-]*[$]?$')
_MODE = re.compile(r'0?[0-7][0-7][0-7]$')
_CONTROL = re.compile(r'[\x00-\x1f\x7f]')


def is_label(text: str) -> bool:
    """Whether a text may be the name of a node, a group, an image or a master."""
    return bool(_LABEL.match(text)) and not text.endswith('\n')


def is_path(text: str) -> bool:
    """Whether a text is a relative path without empty components, . and .. in it."""
    return text != '' and '\0' not in text and not re.search(r'/(\.\.?)?/', '/' + text + '/')


def is_line(text: str) -> bool:
    """Whether a text has no control characters, so that a list can contain it."""
    return not _CONTROL.search(text)


class Lists:
    """What a bundle's lists say. refused has a line for each entry that no bundle of `mvn package` has."""

    def __init__(self, trees: str, kept: str, deleted: str) -> None:
        self.refused = []  # type: List[str]
        self.nodes = []  # type: List[Node]
        self.masters = {}  # type: Dict[str, str]
        self.host_keys = set()  # type: Set[str] # names of groups
        self.members_key = set()  # type: Set[str] # names of groups
        self.state = {}  # type: Dict[str, List[str]]
        self.secrets = {}  # type: Dict[str, List[Secret]]
        self.deleted = []  # type: List[Deletion]
        for line in split_lines(trees):
            self._read_node(line)
        for line in split_lines(kept):
            self._read_kept(line)
        for line in split_lines(deleted):
            self._read_deletion(line)

    def refuse(self, what: str, name: str) -> None:
        """Notes an entry that leads elsewhere on the master, or may do so."""
        self.refused.append('%s: %s' % (what, printable(name)))

    def _read_node(self, line: str) -> None:
        parts = line.split('\t')
        is_valid = len(parts) == 5 and is_label(parts[0]) and _ADDRESS.match(parts[1])
        if is_valid and parts[2] in ('full', 'shared', 'overlay', 'ram') and is_label(parts[3]) and is_label(parts[4]):
            self.nodes.append(Node(*parts))
        else:
            self.refuse('not a node', line)

    def _read_kept(self, line: str) -> None:
        parts = line.split('\t')
        kind, count = parts[0], len(parts)
        path = parts[-1]
        if count < 2 or not is_label(parts[1]):
            self.refuse('not an entry of what is kept', line)
        elif kind == 'host-keys' and count == 2:
            self.host_keys.add(parts[1])
        elif kind == 'members-key' and count == 2:
            self.members_key.add(parts[1])
        elif kind == 'master' and count == 3 and _ADDRESS.match(parts[2]):
            self.masters[parts[1]] = parts[2]
        elif not path.startswith('/') or not is_path(path[1:]) or not is_line(path):
            self.refuse('not an entry of what is kept', line)
        elif kind == 'state' and count == 3:
            self.state.setdefault(parts[1], []).append(path)
        elif kind == 'secret' and count == 8 and _is_secret(parts):
            self.secrets.setdefault(parts[1], []).append(Secret(parts[2], parts[3], parts[4], parts[5], int(parts[6], 8), path))
        else:
            self.refuse('not an entry of what is kept', line)

    def _read_deletion(self, line: str) -> None:
        parts = line.split('\t')
        layer = parts[0].split('/')
        is_layer = len(layer) == 2 and layer[0] in ('groups', 'nodes') and is_label(layer[1])
        if len(parts) == 3 and is_layer and parts[1] in ('whiteout', 'replace') and is_path(parts[2]) and is_line(parts[2]):
            self.deleted.append(Deletion(*parts))
        else:
            self.refuse('not a deletion of a layer', line)

    def need_nothing_refused(self) -> None:
        """Stops if anything was refused."""
        if self.refused:
            raise Stop('the bundle is not one that mvn package makes, because it leads elsewhere; nothing was installed:\n  '
                       + '\n  '.join(self.refused[:5]))


def _is_secret(parts: List[str]) -> bool:
    return (parts[2] in ('cluster', 'node') and parts[3] in ('random', 'given', 'master')
            and bool(_ACCOUNT.match(parts[4])) and bool(_ACCOUNT.match(parts[5])) and bool(_MODE.match(parts[6])))
