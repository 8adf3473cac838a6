"""The options of the installer."""

import argparse
import re
from typing import Any, List

from diskless_master.host import Stop
from diskless_master.manifest import printable

_DESCRIPTION = 'Installs a bundle of a diskless cluster on its master, and switches between installed releases.'

_EPILOG = """Without an option that names an action, BUNDLE is installed to DIRECTORY/CLUSTER/releases/VERSION (all three are in the bundle).
Then DIRECTORY/CLUSTER/active and the link /tftpboot are switched to it, and the master's own files are put in place.
If /etc/diskless/allowed_signers exists, only bundles signed by its keys are installed."""


class Options:
    """What the user asked for. action is install, switch, rollback, undo, status, remove, recover or which-master."""

    def __init__(self, parsed: Any) -> None:
        self.destdir = parsed.destdir.rstrip('/')  # type: str
        self.master = parsed.master  # type: str
        self.bundle = parsed.bundle or ''  # type: str
        self.is_switching = not parsed.no_switch
        self.is_replacing = bool(parsed.replace)
        self.is_older_allowed = bool(parsed.allow_older)
        self.is_verifying_links = bool(parsed.verify_links)
        self.is_dry = bool(parsed.dry_run)
        self.is_locked = bool(parsed.locked)
        self.wanted = ''
        self.removed = []  # type: List[str]
        self.action = 'install'
        for action in ('switch', 'rollback', 'remove', 'undo', 'status', 'recover', 'which_master'):
            if getattr(parsed, action) not in (None, False):
                self.action = action.replace('_', '-')
        if self.action == 'switch':
            self.wanted = parsed.switch
        elif self.action == 'rollback':
            self.wanted = parsed.rollback
        elif self.action == 'remove':
            self.removed = parsed.remove


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description=_DESCRIPTION, epilog=_EPILOG, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('bundle', metavar='BUNDLE', nargs='?', help='the file that mvn package made')
    add('--destdir', metavar='DIR', default='', help='put DIR before every path, to try it anywhere')
    add('--no-switch', action='store_true', help='install only; the active release stays')
    add('--replace', action='store_true', help='replace a release of the same version that has other content')
    add('--allow-older', action='store_true', help='accept a signed bundle that is older than one installed before')
    add('--verify-links', action='store_true', help='read each file that is to be shared with an installed release, '
        'instead of comparing its size, time, owner and mode')
    add('--master', metavar='NAME', default='', help='the master that this machine is, if the bundle is for several; '
        'by default the one that has its name or one of its addresses')
    add('--dry-run', action='store_true', help='print what would be done, and do nothing')
    add('--locked', action='store_true', help=argparse.SUPPRESS)  # for the goals, which hold .session between two runs
    actions = parser.add_mutually_exclusive_group()
    act = actions.add_argument
    act('--switch', metavar='VERSION', help='make an installed release the active one')
    act('--rollback', metavar='VERSION', nargs='?', const='', help='make the release active that the active one replaced, or VERSION')
    act('--undo', action='store_true', help='take the last switch back, with every file as it was before')
    act('--status', action='store_true', help='list installed releases: version, active or previous, bytes on the disk, '
        'bytes that no other release has')
    act('--remove', metavar='VERSION', nargs='+', help='remove releases; neither the active nor the previous one. '
        'No node is asked whether it runs one of them, as mvn diskless:prune does')
    act('--recover', action='store_true', help='finish or take back what a killed run or a power cut left. Every other run does that, too')
    act('--which-master', action='store_true', help='print the name of the master that this machine is for BUNDLE')
    return parser


def parse_options(program: str, arguments: List[str]) -> Options:
    """Reads the command line. Prints the usage and exits with 2 if it is not valid."""
    parser = _parser(program)
    options = Options(parser.parse_args(arguments))
    for version in [options.wanted] + options.removed:
        if version and not re.match(r'[A-Za-z0-9_][A-Za-z0-9._+@-]*\Z', version):
            raise Stop('"%s" is not a valid version' % printable(version))
    if options.action in ('install', 'which-master') and not options.bundle:
        parser.error('BUNDLE is missing')
    return options
