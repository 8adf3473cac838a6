"""Secrets, and the host keys of nodes. They outlive releases, and no bundle contains them."""

import os
import stat
from typing import List, Set

from diskless_master.host import Stop, need_program, need_success, report, run, say
from diskless_master.layout import is_plain_file, read_lines, read_text, remove_tree, sync_files, write_text
from diskless_master.lists import Node, Secret
from diskless_master.nodefiles import node_tree
from diskless_master.nodepath import NodeFilesError
from diskless_master.staging import Staging


class Kept:
    """What the master keeps for the nodes of one release."""

    def __init__(self, staging: Staging) -> None:
        self.staging = staging
        self.layout = staging.layout
        self.lists = staging.lists
        self.known_hosts = []  # type: List[str]

    def place_of(self, secret: Secret, node: Node) -> str:
        """Where the master keeps a secret."""
        if secret.origin == 'master':
            return self.layout.on_host(secret.path)
        if secret.scope == 'node':
            return '%s/%s/secret%s' % (self.layout.state, node.name, secret.path)
        return self.layout.secret + secret.path

    def need_given(self) -> None:
        """Stops with all secrets that the administrator has to give. Changes nothing."""
        missing = {place for place in self._given() if not os.path.isfile(place)}
        if missing:
            raise Stop('secrets are missing. Put them there with mode 0600, and run this again:\n  ' + '\n  '.join(sorted(missing)))

    def _given(self) -> Set[str]:
        return {self.place_of(secret, node) for node in self.lists.nodes for secret in self.lists.secrets.get(node.group, [])
                if secret.origin != 'random'}

    def protect(self) -> None:
        """Lets only root read what is kept, before the administrator puts secrets there. Files of the master's own stay."""
        places = [place for place in sorted(self._given()) if place.startswith(self.layout.base + '/')]
        for place in places:
            private_directory(os.path.dirname(place))
        if os.path.isdir(self.layout.secret) and stat.S_IMODE(os.stat(self.layout.secret).st_mode) != 0o700:
            os.chmod(self.layout.secret, 0o700)
        for place in places:
            if is_plain_file(place) and stat.S_IMODE(os.stat(place).st_mode) & 0o077:
                os.chmod(place, 0o600)
                say('%s was readable by other users; its mode is 0600 now' % place)

    def new_work(self) -> str:
        """An empty directory for root alone, on the disk of what is kept."""
        work = self.layout.state + '/.work'
        remove_tree(work)
        private_directory(self.layout.state)
        os.mkdir(work, 0o700)
        return work

    def keep(self, made: str, place: str) -> None:
        """Gives a file that was made for it its name."""
        sync_files([made])
        os.rename(made, place)

    def lay(self) -> None:
        """Puts secrets and host keys into the layer of each node, which only the node can mount."""
        for node in self.lists.nodes:
            below = self.staging.layers_of(node)
            if node.group in self.lists.host_keys and self.staging.has_in_layers(node, '/usr/sbin/sshd'):
                self._lay_host_keys(node, below)
            for secret in self.lists.secrets.get(node.group, []):
                place = self.place_of(secret, node)
                self._make_secret(place, secret.origin)
                owner = (self.staging.number_of(node, 'passwd', secret.owner),
                         self.staging.number_of(node, 'group', secret.owning_group))
                self.staging.make_parents(below[0], secret.path, below)
                self.staging.lay_file(below[0], place, secret.path, secret.mode, owner)

    def _make_secret(self, place: str, origin: str) -> None:
        if os.path.isfile(place):
            return
        if origin != 'random':
            raise Stop('the secret %s is missing. Put it there with mode 0600, and run this again.' % place)
        made = self.new_work() + '/made'
        private_directory(os.path.dirname(place))
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, 'w') as file:
            file.write(os.urandom(64).hex() + '\n')
        self.keep(made, place)
        report('made the secret ' + place)

    def _lay_host_keys(self, node: Node, below: List[str]) -> None:
        keys = self._make_host_keys(node)
        self.staging.make_parents(below[0], '/etc/ssh/key', below)
        for name in sorted(os.listdir(keys)):
            if name.startswith('ssh_host_') and name.endswith(('_key', '_key.pub')):
                self.staging.lay_file(below[0], keys + '/' + name, '/etc/ssh/' + name, 0o644 if name.endswith('.pub') else 0o600, (0, 0))
            if name.startswith('ssh_host_') and name.endswith('_key.pub'):
                parts = read_text(keys + '/' + name).split()
                self.known_hosts.append('%s,%s %s %s' % (node.name, node.address, parts[0], parts[1]))

    def _make_host_keys(self, node: Node) -> str:
        """Makes the host keys that are missing, and returns their directory.

        A node that made host keys in its own tree, of a release for which the master made none, keeps them. Files without .pub
        are what counts, and come last.
        """
        keys = '%s/%s/secret/etc/ssh' % (self.layout.state, node.name)
        missing = [kind for kind in ('ed25519', 'ecdsa') if not os.path.isfile('%s/ssh_host_%s_key' % (keys, kind))]
        if not missing:
            return keys
        need_program('ssh-keygen', 'for host keys of nodes; package openssh-client')
        work = self.new_work()
        private_directory(keys)
        made = []  # type: List[str]
        for kind in missing:
            key = '%s/ssh_host_%s_key' % (work, kind)
            if not self._take_own_key(node, kind, key):
                need_success(['ssh-keygen', '-q', '-t', kind, '-N', '', '-C', 'root@' + node.name, '-f', key], 'cannot make host keys')
            made = [key + '.pub'] + made + [key]
        sync_files(made)
        for path in made:
            os.rename(path, keys + '/' + os.path.basename(path))
        return keys

    def _take_own_key(self, node: Node, kind: str, key: str) -> bool:
        """Copies the host key that a node made in its own tree. The node can write there, so no link is followed."""
        active = self.staging.active
        if not active or any(line.startswith('host-keys') for line in read_lines(self.layout.meta(active, 'kept'))):
            return False
        own = _read_key(self.layout.release(active), node.address, 'etc/ssh/ssh_host_%s_key' % kind)
        if not own:
            return False
        descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, 'wb') as file:
            file.write(own)
        code, public = run(['ssh-keygen', '-y', '-P', '', '-f', key])
        if code != 0:
            os.unlink(key)
            return False
        write_text(key + '.pub', public + '\n')
        return True

    def finish_known_hosts(self, lines: List[str]) -> None:
        """Writes state/known_hosts. Lines of nodes that only other releases have stay."""
        mine = {name for line in lines for name in line.split(' ', 1)[0].split(',')[:2]}
        known = self.layout.state + '/known_hosts'
        text = ''.join(line + '\n' for line in lines)
        for line in read_lines(known):
            names = line.split(' ', 1)[0].split(',')
            if not mine & set(names[:2]):
                text += line + '\n'
        if text != read_text(known):
            made = self.new_work() + '/made'
            write_text(made, text)
            os.chmod(made, 0o644)
            self.keep(made, known)


def _read_key(release: str, address: str, path: str) -> bytes:
    """A key of a node's own tree; empty if there is none, or if something else is in the way."""
    try:
        with node_tree(release, address) as tree:
            return tree.read(path, 1 << 16) or b''
    except FileNotFoundError:
        return b''
    except NodeFilesError as error:
        say('the host key of %s was not taken over: %s' % (address, error))
        return b''


def private_directory(path: str) -> None:
    """Makes a directory for root alone, with those above it."""
    missing = []  # type: List[str]
    while not os.path.isdir(path):
        missing.append(path)
        path = os.path.dirname(path)
    for each in reversed(missing):
        os.mkdir(each, 0o700)
