"""Refuses a bundle that leads elsewhere.

Whatever a bundle says, nothing is written, removed or read but below its release, at the paths of the host that its master part
has, and where the state of its nodes is kept. tar itself accepts no name and no link that leads out of the directory it unpacks to,
and everything it unpacked is in the manifest. Two things are left: names in lists, and symbolic links of a tree on the way to a
path that a list names, which would be followed on the master. No bundle that `mvn package` made has either.
"""

import re
from typing import Dict, List, Set

from diskless_master.lists import Lists, is_label, is_line, is_path
from diskless_master.manifest import Entry, Manifest, name_of

# What decides whose bundles are installed.
_TRUST = ('/etc/diskless/allowed_signers', '/etc/diskless/revoked_signers', '/usr/local/sbin/diskless-install')
_TREES = ('images', 'groups', 'nodes')


class Containment:
    """The checks of one bundle. directory holds all clusters on the master."""

    def __init__(self, manifest: Manifest, lists: Lists, directory: str) -> None:
        self.manifest = manifest
        self.lists = lists
        self.directory = directory
        self.links = set()  # type: Set[str]
        self.gone = {deletion.layer + '/' + deletion.path for deletion in lists.deleted}
        self.image_of = {node.group: 'images/' + node.image for node in lists.nodes}
        self.group_of = {node.name: node.group for node in lists.nodes}

    def check(self) -> None:
        """Stops with what it found."""
        entries = []  # type: List[str]
        for entry in self.manifest.entries:
            parts = entry.name.split('/')
            if not is_path(entry.name):
                self.lists.refuse('not a path of a release', entry.name)
            elif entry.type != 'dir' and (entry.name == 'master' or parts[0] in _TREES and len(parts) < 3):
                # Everything below such a name is written there.
                self.lists.refuse('a tree that is not a directory', entry.name)
            elif parts[0] in _TREES:
                if entry.type == 'link':
                    self.links.add(entry.name)
                if len(parts) > 1 and not is_label(parts[1]):
                    self.lists.refuse('not a name', '/'.join(parts[:2]))
                if len(parts) > 2 and parts[0] != 'images':
                    entries.append(entry.name)
            else:
                self._check_other(entry, parts[0])
        entries += ['%s/%s' % (deletion.layer, deletion.path) for deletion in self.lists.deleted]
        entries += ['groups/%s/etc/ssh/members/root' % group for group in self.lists.members_key if group in self.image_of]
        self._check_ways(entries)
        for node in self.lists.nodes:
            if self.image_of[node.group] != 'images/' + node.image:
                self.lists.refuse('a group with two images', node.group)
        self.lists.need_nothing_refused()

    def _check_other(self, entry: Entry, top: str) -> None:
        refuse = self.lists.refuse
        if top not in ('boot', 'master', 'META-INF'):
            refuse('not a part of a release', entry.name)
        if entry.type not in ('file', 'dir') and not (entry.type == 'link' and top == 'master'):
            refuse('a %s among files' % entry.type, entry.name)
        if top == 'META-INF' and entry.name == 'META-INF/diskless/signature':
            refuse('a signature that the manifest contains', entry.name)
        if top != 'master':
            return
        path = entry.name[len('master'):]
        if not is_line(path):
            refuse('not a path of a host', entry.name)
        is_tftpboot = path == '/tftpboot' and entry.type != 'dir' or path.startswith('/tftpboot/')
        if is_tftpboot or (path + '/').startswith(self.directory + '/') or path in _TRUST:
            refuse('a file of diskless itself among those of the host', entry.name)
        if entry.type == 'file' and entry.mode & 0o7000:
            refuse('a set-uid, set-gid or sticky file', entry.name)

    def _check_ways(self, entries: List[str]) -> None:
        for name in entries:
            top, layer, path = name.split('/', 2)
            if top == 'groups' and layer in self.image_of:
                self._check_way(path, self.image_of[layer], 'groups/' + layer, '')
            if top == 'nodes' and layer in self.group_of:
                group = self.group_of[layer]
                self._check_way(path, self.image_of[group], 'groups/' + group, 'nodes/' + layer)
        paths = self._kept_paths()
        for node, group in self.group_of.items():
            for path in paths.get(group, []):
                self._check_way(path, self.image_of[group], 'groups/' + group, 'nodes/' + node)

    def _kept_paths(self) -> Dict[str, List[str]]:
        paths = {group: ['etc/ssh/ssh_host_key'] for group in self.lists.host_keys}
        for group, state in self.lists.state.items():
            # State is taken from a tree itself, and not only the directory that it is in.
            paths.setdefault(group, []).extend(path[1:] + '/' for path in state)
        for group, secrets in self.lists.secrets.items():
            paths.setdefault(group, []).extend(secret.path[1:] for secret in secrets)
        return paths

    def _is_gone(self, path: str, layer: str) -> bool:
        """Whether a layer takes away a path, or a directory above it."""
        parts = path.split('/')
        return any('%s/%s' % (layer, '/'.join(parts[:count])) in self.gone for count in range(1, len(parts) + 1))

    def _check_way(self, path: str, image: str, group: str, node: str) -> None:
        parts = path.split('/')
        for count in range(1, len(parts)):
            at = '/'.join(parts[:count])
            is_gone_by_node = node != '' and self._is_gone(at, node)
            if ('%s/%s' % (image, at) in self.links and not self._is_gone(at, group) and not is_gone_by_node
                    or '%s/%s' % (group, at) in self.links and not is_gone_by_node
                    or node != '' and '%s/%s' % (node, at) in self.links):
                self.lists.refuse('a symbolic link leads to a path of ' + (node or group), path)
                return


def own_part(text: str, master: str, others: Set[str]) -> str:
    """The manifest of one of several masters, as if the cluster were no more than its part.

    others has the paths that belong to other masters.
    """
    lines = []
    for line in text.split('\n'):
        parts = name_of(line)[2:].split('/')
        if line and not line.startswith('#'):
            if any('/'.join(parts[:count]) in others for count in (len(parts), 2, 4)):
                continue
            line = re.sub(r'^\./masters/%s(?=[/ ])' % re.escape(master), './master', line)
            line = re.sub(r'^\./META-INF/diskless/masters/%s/' % re.escape(master), './META-INF/diskless/', line)
        lines.append(line)
    return '\n'.join(lines)
