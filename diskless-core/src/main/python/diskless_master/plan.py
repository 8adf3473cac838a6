"""What a switch would do to the host."""

import os
import tempfile

from diskless_master.blocks import BLOCK_PATHS
from diskless_master.host import report
from diskless_master.hostfiles import is_same_file
from diskless_master.layout import exists
from diskless_master.switch import Switch


def plan_switch(switch: Switch, master: str, version: str) -> None:
    """Says what a switch to a release would do. master has the release's files of the host."""
    layout, files = switch.layout, switch.files
    with tempfile.TemporaryDirectory() as folder:
        new = folder + '/new'
        paths = files.paths_of(master)
        for path in paths:
            target = layout.on_host(path)
            files.write_new(master, version, path, new)
            if not exists(target):
                report('would write %s, which is new' % target)
            elif not is_same_file(new, target):
                kept = '' if files.is_ours(path) else ', and keep the file that is there, which diskless did not write'
                report('would write ' + target + kept)
        for path in files.no_longer(paths):
            if exists(layout.on_host(path)):
                report('would remove %s, which release %s does not have' % (layout.on_host(path), version))
        for path in BLOCK_PATHS:
            if switch.blocks.can_have_block(path):
                _plan_block(switch, master, path, new)
    active = layout.active()
    if active == version:
        report('would leave %s at %s' % (layout.base + '/active', version))
    else:
        report('would switch %s from %s to %s' % (layout.base + '/active', active or 'no release', version))


def _plan_block(switch: Switch, master: str, path: str, new: str) -> None:
    target = switch.layout.on_host(path)
    switch.blocks.write_new(master, path, new)
    if os.path.getsize(new) > 0 and not is_same_file(new, target):
        report('would write %s: its lines between the markers of this cluster' % target)
    elif os.path.getsize(new) == 0 and exists(target) and os.path.getsize(target) > 0:
        report('would remove %s, which contains nothing else' % target)
