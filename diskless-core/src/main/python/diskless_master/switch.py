"""The switch from one release to another, and the way back.

Everything that a switch needs is written before it, so that the switch itself only renames. The journal of a switch is a
directory with lists: `paths` that the release has, paths to `put` and to `drop`, those of the administrator among them (`keep`),
directories that were `made`, the `old` files, and the next list of files `written`.
"""

import os
from typing import List

from diskless_master.blocks import BLOCK_PATHS, Blocks
from diskless_master.history import keep_kernels, remember
from diskless_master.host import Stop, has_program, report, run, say
from diskless_master.hostfiles import HostFiles, digest_of, is_same_file
from diskless_master.layout import Layout, append_line, copy_entry, exists, link_to, only_other_cluster
from diskless_master.layout import read_lines, read_text, replace_text, write_text


class Switch:
    """Switches between the installed releases of one cluster."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.files = HostFiles(layout)
        self.blocks = Blocks(self.files)
        self.prepared = layout.host + '/.switch.new'
        self.begun = layout.host + '/.switch'
        self.undoing = layout.host + '/.undo'
        self.undo = layout.host + '/undo'

    def need_installed(self, version: str) -> None:
        """Stops if a release is not installed, or if this machine serves another cluster."""
        if not self.layout.is_installed(version):
            raise Stop('release %s is not installed. Installed releases: %s'
                       % (version, ' '.join(self.layout.installed()) or 'none'))
        self.need_free_host()

    def need_free_host(self) -> None:
        """There is one /tftpboot and one dhcpd.conf, so a machine serves one cluster. TFTP serves no other /tftpboot."""
        tftpboot = self.layout.destdir + '/tftpboot'
        if exists(tftpboot) and not os.path.islink(tftpboot):
            raise Stop('%s exists and is not a link to a release, so nodes would not start from the release. Move it away: mv %s %s.old'
                       % (tftpboot, tftpboot, tftpboot))
        other = only_other_cluster(self.layout)
        if other:
            active = '%s/%s/active' % (self.layout.destdir + self.layout.directory, other)
            raise Stop('this machine is the master of the cluster %s, and serves one cluster. To serve %s instead, remove %s first.'
                       % (other, self.layout.cluster, active))

    def to(self, version: str, action: str) -> None:
        """Switches to a release. action is the word for the history: activate or rollback."""
        self.need_installed(version)
        self._prepare(version, action)
        is_unchanged = not read_lines(self.begun + '/put') and not read_lines(self.begun + '/drop')
        if read_text(self.begun + '/from').strip() == version and is_unchanged:
            self.layout.discard(self.begun)
            report('active: %s already' % version)
        else:
            self.finish()

    def _prepare(self, version: str, action: str) -> None:
        layout, journal = self.layout, self.prepared
        master = layout.release(version) + '/master'
        keep_kernels(layout, layout.active(), version)
        os.makedirs(layout.host, exist_ok=True)
        os.mkdir(journal)
        os.mkdir(journal + '/old')
        self._begin_lists(version, action)
        paths = self.files.paths_of(master)
        write_text(journal + '/paths', ''.join(path + '\n' for path in paths))
        gone = self.files.no_longer(paths)
        write_text(journal + '/gone', ''.join(path + '\n' for path in gone))
        self._note_missing_directories(paths, version)
        # What is to be made is on the disk before any of it is, so that it can be removed whenever the power fails.
        layout.flush()
        for path in paths:
            self._stage(master, version, path)
        for path in gone:
            if exists(layout.on_host(path)):
                self._keep_old(path)
                append_line(journal + '/drop', path)
        self._stage_blocks(master)
        layout.flush()
        os.rename(journal, self.begun)
        layout.flush()

    def _begin_lists(self, version: str, action: str) -> None:
        layout, journal = self.layout, self.prepared
        write_text(journal + '/from', layout.active() + '\n')
        write_text(journal + '/to', version + '\n')
        write_text(journal + '/action', action + '\n')
        tftpboot = layout.destdir + '/tftpboot'
        write_text(journal + '/tftpboot', os.readlink(tftpboot) + '\n' if os.path.islink(tftpboot) else '')
        for name in ('put', 'drop', 'keep', 'made', 'written'):
            write_text(journal + '/' + name, '')
        number = 1
        while exists('%s/kept/%d' % (layout.host, number)):
            number += 1
        write_text(journal + '/number', '%d\n' % number)
        if os.path.isfile(layout.host + '/written'):
            copy_entry(layout.host + '/written', journal + '/written.old')

    def _note_missing_directories(self, paths: List[str], version: str) -> None:
        for path in paths:
            target = self.layout.on_host(path)
            if os.path.isdir(target) and not os.path.islink(target):
                raise Stop('%s is a directory, where release %s has a file' % (target, version))
            parent = os.path.dirname(path)
            while parent != '/' and not os.path.isdir(self.layout.on_host(parent)):
                append_line(self.prepared + '/made', parent)
                parent = os.path.dirname(parent)

    def _stage(self, master: str, version: str, path: str) -> None:
        target = self.layout.on_host(path)
        new = self.files.staged(path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        self.files.write_new(master, version, path, new)
        append_line(self.prepared + '/written', '%s  %s' % (digest_of(new), path))
        if is_same_file(new, target):
            os.unlink(new)
        else:
            self._keep_old(path)
            append_line(self.prepared + '/put', path)

    def _stage_blocks(self, master: str) -> None:
        for path in BLOCK_PATHS:
            if not self.blocks.can_have_block(path):
                continue
            new, target = self.files.staged(path), self.layout.on_host(path)
            self.blocks.write_new(master, path, new)
            is_empty = os.path.getsize(new) == 0
            if not is_empty and not is_same_file(new, target):
                self._copy_old(path)
                append_line(self.prepared + '/put', path)
                continue
            if is_empty and exists(target) and os.path.getsize(target) > 0:  # it had nothing but the block
                self._copy_old(path)
                append_line(self.prepared + '/drop', path)
            os.unlink(new)

    def _copy_old(self, path: str) -> None:
        source, old = self.layout.on_host(path), self.prepared + '/old' + path
        if exists(source):
            os.makedirs(os.path.dirname(old), exist_ok=True)
            copy_entry(source, old)

    def _keep_old(self, path: str) -> None:
        """Copies a file for the way back, and notes it if it is the administrator's."""
        if exists(self.layout.on_host(path)):
            self._copy_old(path)
            if not self.files.is_ours(path):
                append_line(self.prepared + '/keep', path)

    def finish(self) -> None:
        """Does the switch that the journal describes. Any step may have been done by a run that was killed.

        The administrator's files and the exports come first: kept files change nothing, and exports only grow, so that
        the old release is served until the one rename.
        """
        layout, journal = self.layout, self.begun
        version, before = read_text(journal + '/to').strip(), read_text(journal + '/from').strip()
        put, drop = read_lines(journal + '/put'), read_lines(journal + '/drop')
        for path in read_lines(journal + '/keep'):
            self._keep_for_administrator(path)
        self._put_exports(put)
        if layout.active() != version:
            layout.point(version)
        for path in put:
            self.put(path)
            report('wrote ' + layout.on_host(path))
        for path in drop:
            if exists(layout.on_host(path)):
                os.unlink(layout.on_host(path))
            report('removed %s, which release %s does not have' % (layout.on_host(path), version))
        replace_text(layout.host + '/written', layout.host + '/.written', read_text(journal + '/written'))
        self._reload_units(put + drop)
        self._link_tftpboot(version)
        if before != version:
            remember(layout, read_text(journal + '/action').strip(), version, before)
            self._tell_of_writable_trees(before)
        layout.flush()
        if os.path.isdir(self.undo):
            layout.discard(self.undo)
        os.rename(journal, self.undo)

    def _put_exports(self, put: List[str]) -> None:
        for path in put:
            if path.startswith(('/etc/exports.d/', '/etc/ganesha/')):
                self.put(path)
            elif path.startswith('/etc/tmpfiles.d/'):
                self.put(path)
                # Directories that are exported exist before they are exported.
                root = ['--root=' + self.layout.destdir] if self.layout.destdir else []
                if run(['systemd-tmpfiles', '--create'] + root + [path])[0] != 0:
                    say('systemd-tmpfiles did not make everything that %s asks for' % path)
        if not self.layout.destdir:
            reload_exports()

    def put(self, path: str) -> None:
        """Renames a file that waits to its own name."""
        if exists(self.files.staged(path)):
            os.rename(self.files.staged(path), self.layout.on_host(path))

    def _keep_for_administrator(self, path: str) -> None:
        kept = '%s/kept/%s' % (self.layout.host, read_text(self.begun + '/number').strip())
        os.makedirs(os.path.dirname(kept + path), exist_ok=True)
        if exists(kept + path):
            os.unlink(kept + path)
        copy_entry(self.begun + '/old' + path, kept + path)
        say('%s was not as diskless wrote it; the earlier file is kept as %s' % (self.layout.on_host(path), kept + path))

    def _reload_units(self, paths: List[str]) -> None:
        is_unit = any(path.startswith('/etc/systemd/') for path in paths)
        if not self.layout.destdir and is_unit and os.path.isdir('/run/systemd/system'):
            if run(['systemctl', 'daemon-reload'])[0] != 0:
                say('systemd did not read its unit files again')

    def _link_tftpboot(self, version: str) -> None:
        layout, tftpboot = self.layout, self.layout.destdir + '/tftpboot'
        link_to('%s/%s/active' % (layout.directory.lstrip('/'), layout.cluster), tftpboot, layout.destdir + '/.tftpboot.new')
        report('active: %s (%s)' % (version, tftpboot))

    def _tell_of_writable_trees(self, before: str) -> None:
        modes = [line.split('\t')[2:3] for line in read_lines(self.layout.meta(before, 'trees'))] if before else []
        if ['full'] in modes or ['shared'] in modes:
            report('what nodes wrote stays in their trees of release %s; mvn diskless:drift -Ddiskless.version=%s lists it'
                   % (before, before))


def reload_exports() -> None:
    """Lets the NFS server read its exports again."""
    if has_program('exportfs'):
        code, output = run(['exportfs', '-ra'])
        if code != 0:
            say('exportfs does not accept all exports: ' + output)
    # Where NFS-Ganesha does not run yet, it reads the file when it starts.
    if os.path.isfile('/etc/ganesha/ganesha.conf') and run(['systemctl', 'is-active', '--quiet', 'nfs-ganesha'])[0] == 0:
        if run(['systemctl', 'reload', 'nfs-ganesha'])[0] != 0:
            say('nfs-ganesha did not read its exports again')
