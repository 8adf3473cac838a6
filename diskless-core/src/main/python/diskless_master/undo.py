"""Takes a switch back, and brings to its end what a killed run or a power cut left."""

import os

from diskless_master.blocks import BLOCK_PATHS
from diskless_master.history import remember
from diskless_master.host import Stop, report, say
from diskless_master.layout import copy_entry, exists, link_to, read_lines, read_text, remove_tree
from diskless_master.switch import Switch


def unstage(switch: Switch, journal: str) -> None:
    """Removes files that wait, and the directories that were made for them."""
    for path in read_lines(journal + '/paths') + BLOCK_PATHS:
        staged = switch.files.staged(path)
        if exists(staged):
            os.unlink(staged)
    for path in sorted(set(read_lines(journal + '/made')), reverse=True):
        try:
            os.rmdir(switch.layout.on_host(path))
        except OSError:
            pass  # it does not exist, or contains files of others


def restore(switch: Switch, journal: str) -> None:
    """Every file of the host is again what it was before a switch."""
    layout = switch.layout
    for path in sorted(set(read_lines(journal + '/put') + read_lines(journal + '/drop'))):
        target, old, staged = layout.on_host(path), journal + '/old' + path, switch.files.staged(path)
        if path in BLOCK_PATHS:
            switch.blocks.restore(journal, path)
        elif exists(old):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if exists(staged):
                os.unlink(staged)
            copy_entry(old, staged)
            os.rename(staged, target)
        elif exists(target):
            os.unlink(target)
    _restore_list(switch, journal)
    tftpboot = layout.destdir + '/tftpboot'
    before = read_text(journal + '/tftpboot').strip('\n')
    if before:
        link_to(before, tftpboot, layout.destdir + '/.tftpboot.new')
    elif os.path.islink(tftpboot):
        os.unlink(tftpboot)
    unstage(switch, journal)


def _restore_list(switch: Switch, journal: str) -> None:
    written, beside = switch.layout.host + '/written', switch.layout.host + '/.written'
    if os.path.isfile(journal + '/written.old'):
        if exists(beside):
            os.unlink(beside)
        copy_entry(journal + '/written.old', beside)
        os.rename(beside, written)
    elif exists(written):
        os.unlink(written)


def begin_undo(switch: Switch, journal: str) -> None:
    """From here on, a run that is killed goes on with taking the switch back."""
    os.rename(journal, switch.undoing)
    switch.layout.flush()


def undo_switch(switch: Switch) -> None:
    """Takes back the switch whose journal begin_undo renamed."""
    layout = switch.layout
    before = read_text(switch.undoing + '/from').strip()
    if not before:
        if exists(layout.base + '/active'):
            os.unlink(layout.base + '/active')
    elif layout.active() != before:
        layout.point(before)
    restore(switch, switch.undoing)
    remember(layout, 'undo', before, read_text(switch.undoing + '/to').strip())
    layout.flush()
    layout.discard(switch.undoing)
    report('active: ' + (before or 'none'))


def undo_last(switch: Switch, is_dry: bool) -> None:
    """Takes the last switch back."""
    layout = switch.layout
    if not os.path.isdir(switch.undo) or read_text(switch.undo + '/to').strip() != layout.active():
        raise Stop('there is no switch to take back: the last one was taken back already, or releases of it were removed')
    if is_dry:
        report('would take back the switch from %s to %s' % (read_text(switch.undo + '/from').strip(), layout.active()))
        return
    begin_undo(switch, switch.undo)
    undo_switch(switch)


def abandon_switch(switch: Switch) -> None:
    """Removes what was prepared for a switch that did not begin."""
    layout = switch.layout
    for path in (layout.base + '/.active.new', layout.destdir + '/.tftpboot.new'):
        if exists(path):
            os.unlink(path)
    if os.path.isdir(switch.prepared):
        unstage(switch, switch.prepared)
        layout.flush()
        layout.discard(switch.prepared)
    if os.path.isdir(switch.begun) and layout.active() != read_text(switch.begun + '/to').strip():
        restore(switch, switch.begun)
        layout.flush()
        layout.discard(switch.begun)


def recover_switch(switch: Switch) -> None:
    """Brings a switch to its end that a killed run had begun, and removes one that it had only prepared."""
    abandon_switch(switch)
    if os.path.isdir(switch.undoing):
        say('an earlier run was killed while it took a switch back; finishing that')
        undo_switch(switch)
    if os.path.isdir(switch.begun):
        say('an earlier run was killed while it switched to %s; finishing that' % read_text(switch.begun + '/to').strip())
        switch.finish()


def recover_releases(switch: Switch) -> None:
    """Removes what a killed run left of releases."""
    layout = switch.layout
    for name in sorted(os.listdir(layout.releases)):
        path = layout.releases + '/' + name
        whole = layout.releases + '/' + name[1:-len('.replaced')]
        if name.startswith('.') and name.endswith('.replaced') and not exists(whole):
            os.rename(path, whole)
        elif name.startswith('.') and name.endswith(('.partial', '.partial.failed', '.replaced', '.work')):
            remove_tree(path)
        elif not name.startswith('.'):
            remove_tree(path + '/boot/.kernels.partial')
    remove_tree(layout.state + '/.work')
    remove_tree(layout.host + '/.gone')
