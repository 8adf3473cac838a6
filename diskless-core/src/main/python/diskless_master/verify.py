"""The verifier: checks a bundle, and only then runs the bundle's own installer.

It has no cluster and no version of its own. A first installation leaves it on the master as /usr/local/sbin/diskless-install.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from typing import List

from diskless_master.bundle import META, Bundle
from diskless_master.host import Stop, explain, say, start, stop_on_signals
from diskless_master.layout import Layout, only_other_cluster, read_text
from diskless_master.signature import Signature

_ACTIONS = ('--switch', '--rollback', '--undo', '--status', '--remove', '--recover')

_USAGE = """usage: diskless-install BUNDLE [OPTION]...
       diskless-install --switch VERSION | --rollback [VERSION] | --undo | --status | --remove VERSION... | --recover

Checks BUNDLE and runs its installer with the options: diskless-install BUNDLE --help lists them. Without a bundle, the installer
of the active release runs.
Checks the cluster and, if /etc/diskless/allowed_signers exists, the signature, the serial number, and every byte of
the bundle. Nothing of the bundle is executed before."""


def verify_main(arguments: List[str]) -> int:
    """Runs the verifier; returns the exit status of the installer, or 1 if the bundle was refused."""
    os.umask(0o022)
    stop_on_signals()
    bundles = _bundles(arguments)
    is_action = any(argument.split('=')[0] in _ACTIONS for argument in arguments)
    if len(bundles) != 1 and not is_action:
        print(_USAGE, file=sys.stderr)
        return 0 if arguments in (['-h'], ['--help']) else 2
    try:
        if is_action:
            return _run_active(arguments)
        return _run_installer(_verified(bundles[0], arguments), arguments)
    except Stop as error:
        say(str(error))
    except OSError as error:
        say(explain(error))
    return 1


def _bundles(arguments: List[str]) -> List[str]:
    """The arguments that are neither options nor their values."""
    return [argument for before, argument in zip([''] + arguments, arguments)
            if not argument.startswith('-') and before not in ('--destdir', '--master')]


def _option(arguments: List[str], name: str) -> str:
    """The value of an option of the installer; empty if it is not given."""
    value = ''
    for index, argument in enumerate(arguments):
        if argument == name and index + 1 < len(arguments):
            value = arguments[index + 1]
        elif argument.startswith(name + '='):
            value = argument[len(name) + 1:]
    return value


def _run_active(arguments: List[str]) -> int:
    """Runs the installer of the active release, which was verified when it was installed."""
    destdir = _option(arguments, '--destdir').rstrip('/')
    link = destdir + '/tftpboot'
    if not os.path.islink(link):
        raise Stop('no release is active: %s does not lead to one' % link)
    program = os.path.join(destdir + '/', os.readlink(link), META + 'install')
    with open(program, 'rb') as file:
        interpreter = _interpreter(file.read(16))
    return start([interpreter, program] + arguments, stdin=subprocess.DEVNULL).wait()


def _interpreter(program: bytes) -> str:
    """Releases of diskless 0.1 have an installer in sh."""
    return 'sh' if program.startswith(b'#!/bin/sh') else 'python3'


def _verified(path: str, arguments: List[str]) -> Bundle:
    """The bundle, if it may be installed here."""
    bundle = Bundle(path)
    destdir = _option(arguments, '--destdir').rstrip('/')
    layout = Layout(os.path.abspath(destdir) if destdir else '', bundle.directory, bundle.cluster)
    signature = Signature(bundle, layout.destdir, '--allow-older' in arguments, is_quiet=True)
    signature.check()
    other = only_other_cluster(layout)
    if other and '--no-switch' not in arguments:
        raise Stop('this machine is the master of the cluster %s, and %s is for the cluster %s' % (other, path, bundle.cluster))
    if read_text(layout.meta(bundle.version, 'manifest')) != os.fsdecode(bundle.meta['manifest']):  # else nothing is unpacked
        signature.check_content()
    return bundle


def _run_installer(bundle: Bundle, arguments: List[str]) -> int:
    """Runs the installer of a verified bundle from a directory for root alone."""
    program = bundle.meta.get('install')  # it is what the manifest says: a bundle is not read otherwise
    if program is None:
        raise bundle.file.damaged('it has no installer')
    folder = tempfile.mkdtemp(prefix='diskless-install-')
    try:
        with open(folder + '/install', 'wb') as file:
            file.write(program)
        process = start([_interpreter(program), folder + '/install'] + arguments, stdin=subprocess.DEVNULL)
        try:
            return process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    finally:
        shutil.rmtree(folder)
