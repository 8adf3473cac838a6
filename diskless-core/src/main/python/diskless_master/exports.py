"""Exports of all installed releases, because a node that runs keeps its release until it reboots."""

import os
import re
from typing import Dict, List, Set, Tuple

from diskless_master.layout import read_lines

_OPTIONS = re.compile(r'\([^()]*\)[ \t]*$')
_EXPORT = re.compile(r'EXPORT \{ Export_Id = ([0-9]+);')


def collect_exports(own: str, others: 'List[Tuple[str, str]]') -> str:
    """A file of exports(5) with the lines of the other releases added.

    Where two releases export the same path to the same client, the release that becomes active decides the options.
    """
    lines = []  # type: List[str]
    seen = set()  # type: Set[str]
    for line in read_lines(own):
        if line.strip() and not line.lstrip().startswith('#'):
            key = _OPTIONS.sub('', line)
            if key in seen:
                continue
            seen.add(key)
        lines.append(line)
    for version, path in others:
        heading = '# Of release %s, for nodes that run it.' % version
        for line in read_lines(path):
            key = _OPTIONS.sub('', line)
            if not line.strip() or line.lstrip().startswith('#') or key in seen:
                continue
            seen.add(key)
            if heading:
                lines.append(heading)
                heading = ''
            lines.append(line)
    return ''.join(line + '\n' for line in lines)


class _Shares:
    """The exports of NFS-Ganesha, whose file names each path once with all its clients."""

    def __init__(self) -> None:
        self.head = []  # type: List[str]
        self.rest = {}  # type: Dict[str, str]
        self.clients = {}  # type: Dict[str, List[str]]
        self.seen = set()  # type: Set[Tuple[str, str]]

    def read(self, path: str, is_first: bool) -> None:
        share = ''
        for line in read_lines(path):
            if line.startswith('EXPORT '):
                share = _path_of(line)
                if share not in self.rest:
                    self.rest[share] = _EXPORT.sub('', line, 1)
                    self.clients[share] = []
            elif share and line.lstrip(' ').startswith('CLIENT '):
                client = line.split()[4]
                if (share, client) not in self.seen:
                    self.clients[share].append(line)
                    self.seen.add((share, client))
            elif not share and is_first:
                self.head.append(line)


def _path_of(line: str) -> str:
    return re.sub(r'; Pseudo = .*', '', re.sub(r'^EXPORT \{ Export_Id = [0-9]+; Path = ', '', line))


def collect_shares(own: str, others: 'List[Tuple[str, str]]', live: str) -> str:
    """The same for NFS-Ganesha.

    File handles contain the number of an export, so a path keeps the number that it has in the live file.
    A new path gets the smallest free number.
    """
    shares = _Shares()
    shares.read(own, True)
    for _, path in others:
        shares.read(path, False)
    numbers = {}  # type: Dict[str, int]
    if os.path.isfile(live):
        for line in read_lines(live):
            known = _EXPORT.match(line)
            if known:
                numbers[_path_of(line)] = int(known.group(1))
    taken = {numbers[path] for path in shares.rest if path in numbers}
    text = [line + '\n' for line in shares.head]
    number = 0
    for path, rest in shares.rest.items():
        if path not in numbers:
            number += 1
            while number in taken:
                number += 1
            numbers[path] = number
        clients = ''.join(line + '\n' for line in shares.clients[path])
        text.append('EXPORT { Export_Id = %d;%s\n%s}\n' % (numbers[path], rest, clients))
    return ''.join(text)
