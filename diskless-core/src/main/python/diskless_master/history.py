"""Which release was active when, and which releases are needed because of it."""

import os
import time

from diskless_master.host import Stop
from diskless_master.layout import Layout, append_line, copy_entry, exists, read_lines, read_text, remove_tree


def remember(layout: Layout, action: str, version: str, before: str) -> None:
    """Adds a switch to the history: time, action, the release then active, the one before, between tabs.

    The order of the lines counts, so that a clock may go backwards. A killed run that goes on does not write its line twice.
    """
    text = read_text(layout.history)
    line = '\t'.join([action, version or '-', before or '-'])
    if text and not text.endswith('\n'):
        append_line(layout.history, '')  # a power cut left half a line
    lines = read_lines(layout.history)
    if not lines or lines[-1].split('\t', 1)[-1] != line:
        append_line(layout.history, time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime()) + '\t' + line)


def replaced_by_active(layout: Layout) -> str:
    """The release that was active when the active one was activated; empty if there is none."""
    active = layout.active()
    before = ''
    for line in read_lines(layout.history):
        parts = line.split('\t')
        if len(parts) == 4 and parts[1] == 'activate' and parts[2] == active:
            before = parts[3]
    return '' if before == '-' else before


def may_run(layout: Layout, version: str) -> bool:
    """Whether a node may run a release."""
    if layout.active() == version or not os.path.isfile(layout.history):
        return True
    return any(line.split('\t')[2:3] == [version] for line in read_lines(layout.history))


def keep_kernels(layout: Layout, before: str, version: str) -> None:
    """Keeps the kernels of the active release in the boot directory of the next one.

    A node that read its boot entry before the switch asks for its kernel after it, by the name of its own release.
    Kernels of releases before that one are removed: no node takes so long.
    """
    source = '%s/boot/%s' % (layout.release(before), before)
    boot = layout.release(version) + '/boot'
    if not before or before == version or not os.path.isdir(source) or exists(boot + '/' + before):
        return
    for other in layout.installed():
        if other != version:
            remove_tree(boot + '/' + other)
    partial = boot + '/.kernels.partial'
    remove_tree(partial)
    try:
        _link_tree(source, partial)
    except OSError:
        remove_tree(partial)
        try:
            _copy_tree(source, partial)
        except OSError:
            raise Stop('cannot keep the kernels of release %s in %s: is the disk full?' % (before, boot))
    os.rename(partial, boot + '/' + before)


def _link_tree(source: str, target: str) -> None:
    os.mkdir(target)
    for name in sorted(os.listdir(source)):
        if os.path.isdir(source + '/' + name):
            _link_tree(source + '/' + name, target + '/' + name)
        else:
            os.link(source + '/' + name, target + '/' + name)


def _copy_tree(source: str, target: str) -> None:
    os.mkdir(target)
    for name in sorted(os.listdir(source)):
        if os.path.isdir(source + '/' + name):
            _copy_tree(source + '/' + name, target + '/' + name)
        else:
            copy_entry(source + '/' + name, target + '/' + name)
