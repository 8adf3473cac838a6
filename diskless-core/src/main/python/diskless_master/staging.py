"""A release that is not complete yet: what was unpacked, for which nodes, and where it goes."""

import os
import stat
from typing import Dict, List, Tuple

from diskless_master.host import Stop
from diskless_master.layout import Layout, exists, is_plain_file, read_lines
from diskless_master.lists import Lists, Node
from diskless_master.manifest import Manifest


class Staging:
    """One release while it is made.

    partial is the directory that becomes the release; like is the installed release that shares files with it, or empty.
    """

    def __init__(self, layout: Layout, version: str, partial: str, manifest: Manifest, lists: Lists) -> None:
        self.layout = layout
        self.version = version
        self.partial = partial
        self.manifest = manifest
        self.lists = lists
        self.active = layout.active()
        self.like = ''
        self._numbers = {}  # type: Dict[Tuple[str, str], Dict[str, int]]

    def layers_of(self, node: Node) -> List[str]:
        """The layers of a node's tree, the uppermost first."""
        return ['nodes/' + node.name, 'groups/' + node.group, 'images/' + node.image]

    def has_in_layers(self, node: Node, path: str) -> bool:
        """Whether any layer of a node has a file."""
        return any(os.path.isfile('%s/%s%s' % (self.partial, layer, path)) for layer in self.layers_of(node))

    def number_of(self, node: Node, database: str, name: str) -> int:
        """The number of a user (passwd) or a group (group) in a node's tree."""
        if name.isdigit():
            return int(name)
        for layer in self.layers_of(node):
            path = '%s/%s/etc/%s' % (self.partial, layer, database)
            if is_plain_file(path):
                key = (layer, database)
                if key not in self._numbers:
                    self._numbers[key] = _read_numbers(path)
                if name in self._numbers[key]:
                    return self._numbers[key][name]
                break
        kind = 'user' if database == 'passwd' else 'group'
        raise Stop('the tree of %s has no %s %s, which a secret is to belong to' % (node.name, kind, name))

    def make_parents(self, layer: str, path: str, below: List[str]) -> None:
        """Makes the directories above a path as the layers below have them, because overlayfs takes them from the uppermost layer.

        A directory that exists stays as it is.
        """
        way = ''
        for name in os.path.dirname(path).strip('/').split('/') if os.path.dirname(path) != '/' else []:
            way += '/' + name
            target = self.partial + '/' + layer + way
            if os.path.isdir(target) and not os.path.islink(target):
                continue
            os.mkdir(target, 0o755)
            for lower in below:
                source = self.partial + '/' + lower + way
                if os.path.isdir(source) and lower != layer:
                    status = os.stat(source)
                    os.chown(target, status.st_uid, status.st_gid)
                    os.chmod(target, stat.S_IMODE(status.st_mode))
                    break

    def lay_file(self, layer: str, source: str, path: str, mode: int, owner: Tuple[int, int]) -> None:
        """Puts a new file into a layer and replaces what has its name. Other users can read the file at no time."""
        target = self.partial + '/' + layer + path
        if exists(target):
            os.unlink(target)
        with open(source, 'rb') as file:
            content, status = file.read(), os.fstat(file.fileno())
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, 'wb') as file:
            file.write(content)
            os.fchown(file.fileno(), owner[0], owner[1])
            os.fchmod(file.fileno(), mode)
        os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _read_numbers(path: str) -> Dict[str, int]:
    numbers = {}  # type: Dict[str, int]
    for line in read_lines(path):
        parts = line.split(':')
        if len(parts) > 2 and parts[2].isdigit():
            numbers.setdefault(parts[0], int(parts[2]))
    return numbers
