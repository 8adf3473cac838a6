"""Which of several masters this machine is."""

import os
from typing import Dict, List

from diskless_master.bundle import Bundle
from diskless_master.host import Stop, run, say


def master_names(masters: Dict[str, str]) -> str:
    """The names of all masters, for a message."""
    return '\n  '.join(masters)


def is_for_several(bundle: Bundle) -> bool:
    """Whether a bundle has parts for several masters."""
    return any(name.startswith('masters/') for name in bundle.meta)


def choose_master(masters: Dict[str, str], named: str) -> str:
    """The name of the master that this machine is: the one that is named, or the one with this machine's name or address."""
    if named:
        if named not in masters:
            raise Stop('the bundle has no master %s. Its masters are:\n  %s' % (named, master_names(masters)))
        return named
    name = os.uname().nodename.split('.')[0]
    addresses = _addresses()
    found = [(master, 'by its name') for master in masters if master == name]
    found += [(master, 'by its address ' + address) for master, address in masters.items() if master != name and address in addresses]
    if not found:
        raise Stop('this machine, %s, has neither the name nor an address of a master. Choose one with --master NAME:\n  %s'
                   % (name, master_names(masters)))
    if len(found) > 1:
        raise Stop('this machine may be %s. Choose one with --master NAME.' % ', or '.join('%s, %s' % each for each in found))
    say('this machine is the master %s, %s' % found[0])
    return found[0][0]


def _addresses() -> List[str]:
    """The IPv4 addresses of this machine, from ip(8) or else from hostname(1)."""
    try:
        output = run(['ip', '-o', '-4', 'address', 'show'])[1]
        addresses = [line.split()[3].split('/')[0] for line in output.splitlines() if len(line.split()) > 3]
    except OSError:
        addresses = []
    if not addresses:
        try:
            addresses = run(['hostname', '-I'])[1].split()
        except OSError:
            pass
    return addresses
