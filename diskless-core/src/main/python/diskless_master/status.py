"""What is installed, and how much space it takes."""

import os
import stat
from typing import Dict, Set, Tuple

from diskless_master.history import replaced_by_active
from diskless_master.host import report
from diskless_master.layout import Layout
from diskless_master.nodefiles import NodeFiles


def show_status(layout: Layout) -> None:
    """Prints a line for each release: version, active or previous, bytes on the disk, bytes that no other release has.

    Blocks of the disk count, not sizes of files. What several releases have by hard links counts for each of them, and for none
    alone; what they share by reflink looks like copies here.
    """
    active, previous = layout.active(), replaced_by_active(layout)
    total = {version: 0 for version in layout.installed()}
    alone = dict(total)
    owners = {}  # type: Dict[Tuple[int, int], Set[str]]
    sizes = {}  # type: Dict[Tuple[int, int], int]
    for version in total:
        with NodeFiles(layout.release(version)) as files:
            for entry in files.list():
                status = entry.status
                if not stat.S_ISREG(status.st_mode) or status.st_nlink == 1:
                    total[version] += status.st_blocks
                    alone[version] += status.st_blocks
                else:
                    key = (status.st_dev, status.st_ino)
                    owners.setdefault(key, set()).add(version)
                    sizes[key] = status.st_blocks
        root = os.lstat(layout.release(version)).st_blocks
        total[version] += root
        alone[version] += root
    for key, versions in owners.items():
        for version in versions:
            total[version] += sizes[key]
            alone[version] += sizes[key] if len(versions) == 1 else 0
    for version in sorted(total):
        kind = 'active' if version == active else 'previous' if version == previous else '-'
        report('%s\t%s\t%d\t%d' % (version, kind, total[version] * 512, alone[version] * 512))
