"""Releases that are removed."""

import os
from typing import List

from diskless_master.history import replaced_by_active
from diskless_master.host import Stop, report, say
from diskless_master.hostfiles import digest_of, is_same_file
from diskless_master.layout import read_text, remove_tree, replace_text
from diskless_master.switch import Switch, reload_exports


def remove_releases(switch: Switch, versions: List[str], is_dry: bool) -> None:
    """Removes releases; neither the active one nor the one that a rollback goes to."""
    layout = switch.layout
    active, previous = layout.active(), replaced_by_active(layout)
    for version in versions:
        if not layout.is_installed(version):
            raise Stop('release %s is not installed. Installed releases: %s' % (version, ' '.join(layout.installed())))
        if version == active:
            raise Stop('release %s is the active one' % version)
        if version == previous:
            raise Stop('release %s is the one that a rollback goes to' % version)
    for version in versions:
        if is_dry:
            report('would remove release ' + version)
        elif layout.is_installed(version):
            os.rename(layout.release(version), '%s/.%s.removed' % (layout.releases, version))
    if not is_dry:
        layout.flush()
        finish_removal(switch)


def finish_removal(switch: Switch) -> None:
    """Deletes releases that were renamed for removal.

    A release is first renamed to a name that nothing serves, and that name is on the disk before a file is deleted. So a
    release is complete or gone, and the next run finishes what a killed run left.
    """
    layout = switch.layout
    gone = sorted(name for name in os.listdir(layout.releases) if name.startswith('.') and name.endswith('.removed'))
    if not gone:
        return
    _forget_exports(switch)
    layout.flush()
    if os.path.isdir(switch.undo):  # the way back would name them
        layout.discard(switch.undo)
    for name in gone:
        version = name[1:-len('.removed')]
        for other in layout.installed():  # kernels that other releases kept of it have no root any more
            remove_tree('%s/boot/%s' % (layout.release(other), version))
        try:
            remove_tree(layout.releases + '/' + name)
        except Stop as error:  # a node still writes there; no other command must wait for that
            say('warning: %s. The next run tries again.' % error)
            continue
        report('removed release ' + version)


def _forget_exports(switch: Switch) -> None:
    """Removes the exports of removed releases from the server, before anything of them is deleted.

    Both digests are known while a file changes, so that it counts as written by diskless whenever this run is killed.
    """
    layout, files = switch.layout, switch.files
    active = layout.active()
    master = layout.release(active) + '/master'
    is_changed = False
    paths = files.paths_of(master) if active else []
    for path in paths:
        if not (path.startswith('/etc/exports.d/') and path.endswith('.exports')) and path != '/etc/ganesha/ganesha.conf':
            continue
        new, target = files.staged(path), layout.on_host(path)
        if not os.path.isdir(os.path.dirname(new)):
            continue
        files.write_new(master, active, path, new)
        if is_same_file(new, target):
            os.unlink(new)
        elif files.is_ours(path):
            known = read_text(layout.host + '/written') + '%s  %s\n' % (digest_of(new), path)
            layout.flush()
            replace_text(layout.host + '/written', layout.host + '/.written', known)
            layout.flush()
            switch.put(path)
            report('wrote ' + target)
            is_changed = True
        else:
            os.unlink(new)
            say('%s is not as diskless wrote it and was left alone; it may name releases that are gone' % target)
    if is_changed and not layout.destdir:
        reload_exports()
