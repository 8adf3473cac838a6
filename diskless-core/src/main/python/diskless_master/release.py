"""Makes a release of a bundle: unpacked beside the others, checked, and complete before it gets its name."""

import os
import tempfile
from typing import List, Set, Tuple

from diskless_master.bundle import META, Bundle
from diskless_master.containment import Containment, own_part
from diskless_master.history import may_run
from diskless_master.host import Stop, report, say
from diskless_master.kept import Kept
from diskless_master.layout import Layout, exists, read_text, remove_tree
from diskless_master.lists import Lists
from diskless_master.manifest import Manifest
from diskless_master.masters import is_for_several
from diskless_master.members import lay_what_is_kept
from diskless_master.options import Options
from diskless_master.sharing import Sharing
from diskless_master.staging import Staging
from diskless_master.state import seed_state
from diskless_master.trees import Trees, need_squash, warn_of_room
from diskless_master.unpack import UnpackedCheck, unpack


class Release:
    """One release that is installed from a bundle. master is this machine's name in a bundle for several masters."""

    def __init__(self, bundle: Bundle, layout: Layout, options: Options, master: str) -> None:
        self.bundle = bundle
        self.layout = layout
        self.options = options
        self.master = master
        self.others = []  # type: List[str] # paths that belong to other masters
        self.renaming = []  # type: List[str]
        manifest = self._meta('manifest')
        if not manifest:
            raise bundle.file.damaged('it has no manifest')
        trees = self._meta('trees')
        if is_for_several(bundle):
            manifest, trees = self._take_own_part(manifest)
        self.lists = Lists(trees, self._meta('kept'), self._meta('deleted'))
        self.manifest = Manifest(manifest, bundle.format == 2)
        Containment(self.manifest, self.lists, bundle.directory).check()
        if any(node.mode == 'ram' for node in self.lists.nodes):
            need_squash()

    def _meta(self, name: str) -> str:
        return os.fsdecode(self.bundle.meta.get(name, b''))

    def _take_own_part(self, manifest: str) -> Tuple[str, str]:
        """What belongs to this master takes the place that it has in a bundle for one master.

        So the release, with its manifest, is the same as that of a cluster that consists of this master's part only.
        """
        own = 'masters/%s/trees' % self.master
        if own not in self.bundle.meta:
            raise self.bundle.file.damaged('it has nothing for the master ' + self.master)
        for name in sorted(self.bundle.meta):
            parts = name.split('/')
            if len(parts) == 3 and parts[0] == 'masters' and parts[2] == 'own' and parts[1] != self.master:
                self.others += self._meta(name).split('\n')[:-1]
        self.renaming = ['--transform=s,^%smasters/%s/,%s,S;s,^masters/%s\\(/\\|$\\),master\\1,S'
                         % (META, self.master, META, self.master)]
        return own_part(manifest, self.master, set(self.others)), self._meta(own)

    def is_installed(self) -> bool:
        """Whether the same release is installed. Stops if one of this version with other content may not be replaced."""
        version, layout = self.bundle.version, self.layout
        if not exists(layout.release(version)):
            return False
        if read_text(layout.meta(version, 'manifest')) == self.manifest.text:
            report('release %s is installed already' % version)
            return True
        if may_run(layout, version):
            if not self.options.is_replacing:
                raise Stop('release %s is installed with other content. Package it under another version, or give --replace.' % version)
            say('nodes that run release %s lose it when it is replaced; start them again' % version)
        return False

    def _like(self) -> str:
        """The installed release that most files may be shared with."""
        layout = self.layout
        installed = [version for version in layout.installed() if layout.is_installed(version)]
        newest = sorted(installed, key=lambda version: os.stat(layout.release(version)).st_mtime)
        return layout.active() or (newest[-1] if newest else '')

    def _staging(self, partial: str) -> Staging:
        staging = Staging(self.layout, self.bundle.version, partial, self.manifest, self.lists)
        staging.like = self._like()
        return staging

    def _sharing(self, staging: Staging) -> Sharing:
        sharing = Sharing(self.layout, staging.like or self.bundle.version, self.manifest)
        if staging.like and self.layout.is_installed(staging.like):
            sharing.find(self.options.is_verifying_links)
        return sharing

    def plan(self, folder: str) -> str:
        """Says what would be installed, and unpacks the master's own files below a directory of its own; returns their directory."""
        staging = self._staging(folder)
        Kept(staging).need_given()
        sharing = self._sharing(staging)
        files = [entry for entry in self.manifest.files() if entry.name not in sharing.names]
        report('would check %d files against the manifest of %s' % (len(self.manifest.files()), self.bundle.path))
        report('would install %s: %d files, %.1f MB; %d files shared with %s, because they are equal'
               % (self.layout.release(self.bundle.version), len(files), sum(entry.allocated for entry in files) / 1e6,
                  len(sharing.names), staging.like or 'nothing'))
        left_out = self.others + ['boot', 'images', 'groups', 'nodes', 'META-INF']
        with tempfile.TemporaryDirectory() as work:
            unpack(self.bundle, folder, work, left_out, self.renaming)
        return folder + '/master'

    def install(self) -> None:
        """Makes the release."""
        layout, version = self.layout, self.bundle.version
        partial, work = layout.partial(version), '%s/.%s.work' % (layout.releases, version)
        os.mkdir(partial, 0o700)
        os.mkdir(work, 0o700)
        staging = self._staging(partial)
        kept = Kept(staging)
        kept.protect()
        kept.need_given()
        sharing = self._sharing(staging)
        warn_of_room(staging, sharing, work)
        sharing.link(partial)
        unpack(self.bundle, partial, work, self._left_out(sharing), self.renaming)
        if self.renaming:  # a bundle for several masters has another manifest than this master's
            self._write_manifest(partial)
        UnpackedCheck(self.bundle, partial, self.manifest, sharing.names).check()
        lay_what_is_kept(kept, work, self.master)
        seed_state(kept)
        trees = Trees(staging)
        trees.make()
        trees.squash_images(sharing, bool(staging.like))
        trees.make_whiteouts(self.others)
        remove_tree(work)
        remove_tree(layout.state + '/.work')
        os.chmod(partial, 0o755)
        self._finish(partial, len(sharing.names), staging.like)

    def _left_out(self, sharing: Sharing) -> Set[str]:
        left_out = sharing.names | set(self.others)
        if self.renaming:
            left_out.add(META + 'manifest')
        return left_out

    def _write_manifest(self, partial: str) -> None:
        with open(partial + '/' + META + 'manifest', 'wb') as file:
            file.write(os.fsencode(self.manifest.text))

    def _finish(self, partial: str, shared: int, like: str) -> None:
        layout, version = self.layout, self.bundle.version
        release, replaced = layout.release(version), '%s/.%s.replaced' % (layout.releases, version)
        layout.flush()
        if exists(release):
            os.rename(release, replaced)
        os.rename(partial, release)
        layout.flush()
        remove_tree(replaced)
        report('installed ' + release + ('; %d files shared with %s' % (shared, like) if shared else ''))
