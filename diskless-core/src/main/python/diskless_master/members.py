"""The key by which the members of a cluster log in to each other.

Root on one member is root on the others, so the key is as safe as the weakest of them. It goes into the layers of the groups that
have it, where no node writes, with the host keys of all nodes and of this master.
"""

import os
from typing import Dict, List, Set

from diskless_master.host import Stop, need_success, report, run
from diskless_master.hostfiles import HOSTS_BLOCK
from diskless_master.kept import Kept, private_directory
from diskless_master.layout import exists, keep_time, read_lines, read_text, write_text


def add_names(lines: List[str], hosts: str) -> List[str]:
    """Adds to the name and the address of each host the further names that the host table (hosts(5)) has."""
    more = {}  # type: Dict[str, List[str]]
    for line in read_lines(hosts):
        words = line.split('#', 1)[0].split()
        if words:
            more.setdefault(words[-1], []).extend(words[:-1])
    result = []
    for line in lines:
        names, _, rest = line.partition(' ')
        known = names.split(',')
        for name in more.get(known[0], []):
            if name not in known:
                known.append(name)
        result.append(','.join(known) + ' ' + rest)
    return result


def lay_what_is_kept(kept: Kept, work: str, master: str) -> None:
    """Puts secrets, host keys and the key of members into the layers, and writes state/known_hosts."""
    kept.lay()
    if not kept.known_hosts:
        return
    hosts = kept.staging.partial + '/master' + HOSTS_BLOCK
    lines = add_names(kept.known_hosts, hosts)
    if kept.lists.members_key:
        _lay_members_key(kept, work, lines, _master_line(kept, hosts, master))
    kept.finish_known_hosts(lines)


def _make_members_key(kept: Kept, key: str) -> None:
    if not os.path.isfile(key):
        made = kept.new_work() + '/made'
        private_directory(os.path.dirname(key))
        comment = 'members of ' + kept.layout.cluster
        need_success(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', made], 'cannot make the key of members')
        kept.keep(made, key)
        report('made the key of members, ' + key)


def _master_line(kept: Kept, hosts: str, master: str) -> List[str]:
    """The line of known_hosts for this master."""
    words = read_text(kept.layout.on_host('/etc/ssh/ssh_host_ed25519_key.pub')).split()
    names = [(name, address) for name, address in kept.lists.masters.items() if master in ('', name)]
    if len(words) < 2 or not names:
        return []
    return add_names(['%s %s %s' % (','.join('%s,%s' % each for each in names), words[0], words[1])], hosts)


def _lay_members_key(kept: Kept, work: str, lines: List[str], of_master: List[str]) -> None:
    staging = kept.staging
    key = kept.layout.secret + '/etc/ssh/members_key'
    _make_members_key(kept, key)
    code, public = run(['ssh-keygen', '-y', '-P', '', '-f', key])
    if code != 0:
        raise Stop('%s is not a private key without a passphrase that only root can read. Remove it, and a new one is made.' % key)
    write_text(work + '/members_key.pub', public + '\n')
    known = [line for line in lines if ' ssh-ed25519 ' in line] + of_master
    write_text(work + '/ssh_known_hosts', ''.join(line + '\n' for line in known))
    for name in ('members_key.pub', 'ssh_known_hosts'):
        keep_time(key, work + '/' + name)
    laid = set()  # type: Set[str]
    for node in kept.lists.nodes:
        group = 'groups/' + node.group
        has_sshd = staging.has_in_layers(node, '/usr/sbin/sshd')
        if group in laid or node.group not in kept.lists.members_key or not has_sshd:
            continue
        laid.add(group)
        image = 'images/' + node.image
        # Where a project has its own ssh_known_hosts, ssh(1) reads this file, too.
        hosts = '/etc/ssh/ssh_known_hosts'
        if exists(staging.partial + '/' + group + hosts) or exists(staging.partial + '/' + image + hosts):
            hosts += '2'
        for source, path, mode in ((key, '/etc/ssh/members_key', 0o600), (work + '/members_key.pub', '/etc/ssh/members/root', 0o644),
                                   (work + '/ssh_known_hosts', hosts, 0o644)):
            staging.make_parents(group, path, [image])
            staging.lay_file(group, source, path, mode, (0, 0))
