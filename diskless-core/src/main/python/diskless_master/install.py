"""The installer of a bundle."""

import os
import tempfile
from typing import List, Optional

from diskless_master.bundle import Bundle
from diskless_master.history import replaced_by_active
from diskless_master.host import Stop, explain, holder_of, lock, report, say, stop_on_signals
from diskless_master.layout import Layout, exists, need_tools, remove_tree
from diskless_master.lists import Lists
from diskless_master.masters import choose_master, is_for_several
from diskless_master.names import CLUSTER, DIRECTORY, VERSION
from diskless_master.nodepath import NodeFilesError
from diskless_master.options import Options, parse_options
from diskless_master.plan import plan_switch
from diskless_master.protection import protect
from diskless_master.release import Release
from diskless_master.removal import finish_removal, remove_releases
from diskless_master.signature import Signature
from diskless_master.status import show_status
from diskless_master.switch import Switch
from diskless_master.undo import abandon_switch, begin_undo, recover_releases, recover_switch, undo_last, undo_switch
from diskless_master.verifier import keep_verifier

_TOOLS = ['tar', 'cp', 'rm', 'sync']


def main(arguments: List[str]) -> int:
    """Runs the installer; returns its exit status."""
    os.umask(0o022)
    stop_on_signals()
    installer = None
    try:
        installer = Installer(parse_options('install', arguments))
        installer.run()
        return 0
    except (Stop, NodeFilesError) as error:
        say(str(error))
    except OSError as error:
        say(explain(error))
    finally:
        if installer and installer.is_changing:
            installer.clean_up()
    return 1


class Installer:
    """One run."""

    def __init__(self, options: Options) -> None:
        self.options = options
        destdir = options.destdir
        if destdir and not destdir.startswith('/'):
            destdir = os.getcwd() + '/' + destdir
        self.destdir = destdir
        self.layout = Layout(destdir, DIRECTORY, CLUSTER)
        self.switch = Switch(self.layout)
        self.is_changing = False  # between the first change and the last

    def run(self) -> None:
        """Does what the options say."""
        if self.options.action == 'which-master':
            self._print_master()
            return
        if os.geteuid() != 0:
            raise Stop('must run as root, because owners and devices are restored')
        need_tools(_TOOLS)
        if self.options.action == 'status':
            show_status(self.layout)
            return
        if self.options.is_dry:
            self._plan()
            return
        release = self._release() if self.options.action == 'install' else None
        os.makedirs(self.layout.releases, exist_ok=True)
        self._lock()
        if not self.destdir:
            protect(self.layout.base)
        # What a killed run left behind goes first.
        recover_switch(self.switch)
        recover_releases(self.switch)
        finish_removal(self.switch)
        self.is_changing = True
        self._act(release)
        self.is_changing = False
        if not self.destdir:
            protect(self.layout.base)  # directories of shared logs may be new

    def _print_master(self) -> None:
        bundle = Bundle(self.options.bundle)
        master = self._master(bundle)
        if master:
            report(master)

    def _master(self, bundle: Bundle) -> str:
        if not is_for_several(bundle):
            if self.options.master:
                raise Stop('--master %s: the bundle is for one master only' % self.options.master)
            return ''
        masters = Lists('', os.fsdecode(bundle.meta.get('kept', b'')), '').masters
        return choose_master(masters, self.options.master)

    def _bundle(self) -> Bundle:
        """The bundle, if it is from an allowed signer. Its cluster, version and directory must be those of this installer."""
        path = self.options.bundle
        if not os.path.isfile(path):
            raise Stop('%s does not exist, or is not a file' % path)
        bundle = Bundle(path)
        for what, own, other in (('cluster', CLUSTER, bundle.cluster), ('version', VERSION, bundle.version),
                                 ('directory', DIRECTORY, bundle.directory)):
            if own != other:
                raise Stop('this installer is for %s %s, and %s has %s %s. Use the installer of that bundle.'
                           % (what, own, path, what, other))
        self.signature = Signature(bundle, self.destdir, self.options.is_older_allowed)
        self.signature.check()
        return bundle

    def _release(self) -> Release:
        bundle = self._bundle()
        if self.options.is_switching:
            self.switch.need_free_host()
        return Release(bundle, self.layout, self.options, self._master(bundle))

    def _lock(self) -> None:
        base = self.layout.base
        for name, what, is_needed in (('.session', 'activation', not self.options.is_locked), ('.lock', 'installation', True)):
            path = base + '/' + name
            if is_needed and lock(path) is None:
                raise Stop('another %s is running: %s holds %s' % (what, holder_of(path), path))

    def _act(self, release: Optional[Release]) -> None:
        options, switch = self.options, self.switch
        if release:
            self._install(release)
        elif options.action == 'switch':
            switch.to(options.wanted, 'activate')
        elif options.action == 'rollback':
            switch.to(self._rollback_version(), 'rollback')
        elif options.action == 'remove':
            remove_releases(switch, options.removed, False)
        elif options.action == 'undo':
            undo_last(switch, False)

    def _rollback_version(self) -> str:
        wanted = self.options.wanted or replaced_by_active(self.layout)
        if not wanted:
            raise Stop('no release was active before %s. Installed releases: %s'
                       % (self.layout.active(), ' '.join(self.layout.installed())))
        return wanted

    def _install(self, release: Release) -> None:
        if not release.is_installed():
            release.install()
        keep_verifier(self.layout, VERSION, self.signature)
        self.signature.remember_serial()
        if self.options.is_switching:
            self.switch.to(VERSION, 'activate')

    def _plan(self) -> None:
        options, switch = self.options, self.switch
        if options.action == 'install':
            self._plan_installation()
        elif options.action in ('switch', 'rollback'):
            version = options.wanted if options.action == 'switch' else self._rollback_version()
            switch.need_installed(version)
            plan_switch(switch, self.layout.release(version) + '/master', version)
        elif options.action == 'remove':
            remove_releases(switch, options.removed, True)
        elif options.action == 'undo':
            undo_last(switch, True)

    def _plan_installation(self) -> None:
        release = self._release()
        if release.is_installed():
            if self.options.is_switching:
                plan_switch(self.switch, self.layout.release(VERSION) + '/master', VERSION)
            return
        with tempfile.TemporaryDirectory() as folder:
            master = release.plan(folder)
            if self.options.is_switching:
                plan_switch(self.switch, master, VERSION)

    def clean_up(self) -> None:
        """Where a step failed, and was not killed, the old release is put back at once."""
        layout, switch = self.layout, self.switch
        remove_tree(layout.partial(VERSION))
        remove_tree('%s/.%s.work' % (layout.releases, VERSION))
        remove_tree(layout.state + '/.work')
        abandon_switch(switch)
        if exists(switch.begun):
            begin_undo(switch, switch.begun)
            undo_switch(switch)
        say('failed; active: %s' % (layout.active() or 'none'))
