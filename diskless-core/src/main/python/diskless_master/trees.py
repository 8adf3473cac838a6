"""The trees of nodes, made of an image and the layers over it."""

import os
import subprocess
import tempfile
from typing import Dict, List

from diskless_master.host import Stop, last_line, need_program, need_success, report, run, say, start
from diskless_master.layout import remove_tree, write_text
from diskless_master.lists import Node
from diskless_master.sharing import Sharing
from diskless_master.staging import Staging
from diskless_master.unpack import file_digest

# What a node of root mode shared has for itself; everything else it has in common with others.
PRIVATE_FOLDERS = ['etc', 'var', 'root', 'tmp']

_REFLINK = '--reflink=auto'


class Trees:
    """Makes the trees of one release."""

    def __init__(self, staging: Staging) -> None:
        self.staging = staging
        self.partial = staging.partial

    def make(self) -> None:
        """Makes the trees that nodes write into, as copies: they share nothing with other trees."""
        for node in self.staging.lists.nodes:
            try:
                if node.mode == 'full':
                    self._copy([self._image(node)], self._tree(node), True)
                    for layer in reversed(self.staging.layers_of(node)[:2]):
                        self._lay(layer, self._tree(node), ['.'])
                elif node.mode == 'shared':
                    self._make_private(node)
            except (OSError, Stop) as error:
                reason = error.strerror if isinstance(error, OSError) else error
                raise Stop('cannot write the tree of %s: is the disk full? (%s)' % (node.name, reason))

    def _tree(self, node: Node) -> str:
        return self.partial + '/' + node.address

    def _image(self, node: Node) -> str:
        return '%s/images/%s' % (self.partial, node.image)

    def _make_private(self, node: Node) -> None:
        os.mkdir(self._tree(node))
        folders = [folder for folder in PRIVATE_FOLDERS if os.path.isdir(self._image(node) + '/' + folder)]
        if folders:
            self._copy(['%s/%s' % (self._image(node), folder) for folder in folders], self._tree(node), False)
        for layer in reversed(self.staging.layers_of(node)[:2]):
            laid = [folder for folder in PRIVATE_FOLDERS if os.path.isdir('%s/%s/%s' % (self.partial, layer, folder))]
            if laid:
                self._lay(layer, self._tree(node), laid)

    def _copy(self, sources: List[str], target: str, is_new_name: bool) -> None:
        option = ['-T'] if is_new_name else []
        need_success(['cp', '-a', _REFLINK] + option + ['--'] + sources + [target], 'cp failed')

    def _lay(self, layer: str, tree: str, paths: List[str]) -> None:
        """Lays paths of a layer over a tree. What the layer takes away is removed first."""
        for deletion in self.staging.lists.deleted:
            if deletion.layer == layer:
                remove_tree(tree + '/' + deletion.path)
        xattrs = ['--numeric-owner', '--xattrs', '--xattrs-include=*']
        with tempfile.TemporaryFile() as errors:
            reading = start(['tar', '-C', self.partial + '/' + layer, '-cf', '-'] + xattrs + paths, stdout=subprocess.PIPE, stderr=errors)
            writing = start(['tar', '-C', tree, '-xpf', '-', '--overwrite-dir', '--same-owner'] + xattrs,
                            stdin=reading.stdout, stderr=errors)
            if reading.stdout:
                reading.stdout.close()
            written, read = writing.wait(), reading.wait()
            errors.seek(0)
            if read != 0 or written != 0:
                raise Stop(last_line(errors.read().decode('utf-8', 'backslashreplace'), read or written))

    def make_whiteouts(self, others: List[str]) -> None:
        """overlayfs takes a character device 0:0 for a deleted name. The directory keeps its time, as the manifest has it."""
        for deletion in self.staging.lists.deleted:
            path = '%s/%s/%s' % (self.partial, deletion.layer, deletion.path)
            if deletion.kind != 'whiteout' or deletion.layer in others:
                continue
            parent = os.path.dirname(path)
            status = os.stat(parent)
            os.mknod(path, 0o020000 | 0o644, os.makedev(0, 0))
            os.utime(parent, ns=(status.st_atime_ns, status.st_mtime_ns))

    def squash_images(self, sharing: Sharing, has_sharing: bool) -> None:
        """Compresses the images of nodes with root: ram, which keep them in their memory."""
        images = sorted({node.image for node in self.staging.lists.nodes if node.mode == 'ram'})
        for image in images:
            folder = '%s/ram/%s' % (self.partial, image)
            os.makedirs(folder)
            if not (has_sharing and self._link_squashed(sharing, image, folder)):
                squash('%s/images/%s' % (self.partial, image), folder + '/image.squashfs')
                write_text(folder + '/sum', file_digest(folder + '/image.squashfs') + '  image.squashfs\n')
            size = os.path.getsize(folder + '/image.squashfs')
            report('ram/%s/image.squashfs: %d MB in the memory of each node with this image and root: ram'
                   % (image, (size + 999999) // 1000000))

    def _link_squashed(self, sharing: Sharing, image: str, folder: str) -> bool:
        """Links the compressed image of an installed release, if it has the same files and was not damaged since."""
        was = '%s/ram/%s' % (sharing.folder, image)
        lines = [entry.line for entry in self.staging.manifest.entries if (entry.name + '/').startswith('images/%s/' % image)]
        if not os.path.isfile(was + '/sum') or lines != sharing.image_lines(image):
            return False
        with open(was + '/sum') as file:
            if file.read() != file_digest(was + '/image.squashfs') + '  image.squashfs\n':
                return False
        try:
            for name in ('image.squashfs', 'sum'):
                os.link(was + '/' + name, folder + '/' + name)
        except OSError:
            for name in ('image.squashfs', 'sum'):
                remove_tree(folder + '/' + name)
            return False
        return True


def squash(tree: str, path: str) -> None:
    """Packs a tree as squashfs. The same tree makes the same bytes in every release.

    Level 6 takes twice the time of 3 and saves 5 %; higher levels take long and save little. squashfs has no POSIX ACLs.
    """
    need_success(['mksquashfs', tree, path, '-comp', 'zstd', '-Xcompression-level', '6', '-xattrs', '-mkfs-time', '0', '-no-exports',
                  '-noappend', '-no-recovery', '-no-progress', '-quiet'], 'cannot compress %s: is the disk full?' % tree)


def need_squash() -> None:
    """Stops if this machine cannot compress images."""
    need_program('mksquashfs', 'the cluster has nodes with root: ram; package squashfs-tools')
    with tempfile.TemporaryDirectory() as probe:
        os.mkdir(probe + '/tree')
        try:
            squash(probe + '/tree', probe + '/file')
        except Stop as error:
            raise Stop('this mksquashfs cannot do what nodes with root: ram need; install squashfs-tools 4.4 or newer, with zstd (%s)'
                       % error)


def warn_of_room(staging: Staging, sharing: Sharing, work: str) -> None:
    """Warns if the release may not fit. A file system that compresses may hold more than it seems to, so this is not an error."""
    write_text(work + '/probe', '')
    is_copied = run(['cp', '--reflink=always', work + '/probe', work + '/probe.copy'])[0] != 0
    trees = {}  # type: Dict[str, int]
    for node in staging.lists.nodes:
        if node.mode == 'full':
            trees[node.image] = trees.get(node.image, 0) + 1
    needed = 0
    for entry in staging.manifest.files():
        if entry.name not in sharing.names:
            needed += entry.allocated
        parts = entry.name.split('/')
        if is_copied and parts[0] == 'images':
            needed += entry.allocated * trees.get(parts[1], 0)
    disk = os.statvfs(staging.layout.releases)
    free = disk.f_bavail * disk.f_frsize
    if needed > free:
        say('warning: up to %d MB are to be written to %s, and %d MB are free there: it may not fit'
            % (needed // 1000000, staging.layout.releases, free // 1000000))
