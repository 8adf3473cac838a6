"""The state of nodes: paths whose content outlives releases. Nodes write there, so every step goes through nodefiles.

The first content of new state is what the node has there now, if it writes into a tree of its own, or else what its new tree has.
What is there already is never changed again.
"""

import errno
import os
import shutil
import stat
from typing import List, Set

from diskless_master.host import Stop, need_success, report, run, say
from diskless_master.kept import Kept, private_directory
from diskless_master.layout import Layout, append_line, exists, read_lines, remove_tree
from diskless_master.lists import Node
from diskless_master.nodefiles import NodeFiles, node_state, node_tree
from diskless_master.nodepath import NodeFilesError
from diskless_master.staging import Staging

# Errors of the disk, which the node did not cause by what it put there.
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


def seed_state(kept: Kept) -> None:
    """Gives every new path of the state its first content."""
    layout = kept.layout
    for node in kept.lists.nodes:
        paths = kept.lists.state.get(node.group, [])
        if not paths:
            continue
        folder = '%s/%s' % (layout.state, node.name)
        private_directory(folder)
        if not exists(folder + '/paths'):
            os.mkdir(folder + '/paths', 0o755)
        seeded = set(read_lines(folder + '/seeded'))
        missing = [path for path in paths if path not in seeded]
        if missing:
            with node_state(layout.state, node.name) as state:
                _seed_node(kept, node, state, missing)
    if os.path.isdir(layout.state):
        _flush_state(layout)


def _seed_node(kept: Kept, node: Node, state: NodeFiles, missing: List[str]) -> None:
    folder = '%s/%s' % (kept.layout.state, node.name)
    for path in missing:
        first = kept.new_work() + '/first'
        if not _take_own(kept.staging, node, path, first):
            _compose(kept.staging, node, path, first)
        _flush_state(kept.layout)
        try:
            _place(state, first, path[1:], set(read_lines(folder + '/seeded')))
        except NodeFilesError as error:
            raise Stop('the state of %s cannot be extended: %s. Remove it on the node, or from %s/paths, and run this again.'
                       % (node.name, error, folder))
        append_line(folder + '/seeded', path)
        report('state of %s: %s' % (node.name, path))


def _flush_state(layout: Layout) -> None:
    if run(['sync', '-f', layout.state])[0] != 0:
        raise Stop('cannot write to %s: is the disk full?' % layout.state)


def _take_own(staging: Staging, node: Node, path: str, first: str) -> bool:
    """Copies what a node has at a path of its own tree; False if it has nothing there that can be copied."""
    if not staging.active:
        return False
    try:
        with node_tree(staging.layout.release(staging.active), node.address) as tree:
            if tree.stat(path[1:]) is None:
                return False
            tree.copy_out(path[1:], first)
            return True
    except FileNotFoundError:
        return False
    except NodeFilesError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in _DISK:  # else the node would lose what it has
            raise Stop('cannot copy %s of %s: %s' % (path, node.name, error))
        say('%s of %s is not what the node has in its tree: %s' % (path, node.name, error))
        remove_tree(first)
        return False


def _place(state: NodeFiles, first: str, path: str, seeded: Set[str]) -> None:
    """Moves complete trees into the state, each by one rename. Nothing that is there is replaced or merged with."""
    parent = os.path.dirname(path)
    state.make_directories(parent)
    if state.stat(path) is None:
        state.copy_in(first, path)
        return
    # A part of the path was state before. Only directories on the way to such a part are entered; other names stay as they are.
    if not any(each.startswith('/' + path + '/') for each in seeded) or not os.path.isdir(first) or os.path.islink(first):
        return
    status = os.stat(first)
    directory = state.open_directory(path)
    try:
        os.fchown(directory, status.st_uid, status.st_gid)
        os.fchmod(directory, stat.S_IMODE(status.st_mode))
    finally:
        os.close(directory)
    for name in sorted(os.listdir(first)):
        _place(state, first + '/' + name, path + '/' + name, seeded)


def _compose(staging: Staging, node: Node, path: str, first: str) -> None:
    """Copies what the layers of a node have at a path, whatever kind of root it is for."""
    for layer in reversed(staging.layers_of(node)):
        for deletion in staging.lists.deleted:
            if deletion.layer == layer:
                _delete(first, path[1:], deletion.path)
        source = '%s/%s%s' % (staging.partial, layer, path)
        if not exists(source):
            continue
        is_directory = os.path.isdir(source) and not os.path.islink(source)
        if is_directory and os.path.isdir(first) and not os.path.islink(first):
            merge_tree(source, first)
        else:
            remove_tree(first)
            copy_any(source, first)
    if not exists(first):
        os.mkdir(first, 0o755)


def _delete(first: str, path: str, deleted: str) -> None:
    if deleted == path or path.startswith(deleted + '/'):
        remove_tree(first)
    elif deleted.startswith(path + '/'):
        remove_tree(first + deleted[len(path):])


def copy_any(source: str, target: str) -> None:
    """Copies a tree of a release with everything that its files are."""
    need_success(['cp', '-a', '--', source, target], 'cannot copy %s: is the disk full?' % source)


def merge_tree(source: str, target: str) -> None:
    """Copies a tree of a release over another one. Names that are directories in both are merged."""
    for name in sorted(os.listdir(source)):
        each, there = source + '/' + name, target + '/' + name
        is_directory = os.path.isdir(each) and not os.path.islink(each)
        if is_directory and os.path.isdir(there) and not os.path.islink(there):
            merge_tree(each, there)
        else:
            remove_tree(there)
            copy_any(each, there)
    status = os.stat(source)
    os.chown(target, status.st_uid, status.st_gid)
    shutil.copystat(source, target)
