"""The verifier that stays on the master, and checks each bundle before anything of it is executed."""

import os

from diskless_master.host import report, say
from diskless_master.layout import Layout, read_text, sync_files, write_text
from diskless_master.signature import Signature

_PATH = '/usr/local/sbin/diskless-install'


def keep_verifier(layout: Layout, version: str, signature: Signature) -> None:
    """Writes the verifier of an installed release to the host, unless a newer one is there."""
    program = read_text(layout.meta(version, 'verify'))
    target = layout.on_host(_PATH)
    before = read_text(target)
    text = '#!/usr/bin/python3 -I\n' + program
    if not program or before == text:
        return
    if before and signature.is_older():
        say('%s is of a newer bundle and stays' % target)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    beside = layout.on_host('/usr/local/sbin/.diskless-new.diskless-install')
    write_text(beside, text)
    os.chmod(beside, 0o755)
    sync_files([beside])
    os.rename(beside, target)
    report(('replaced %s by the one of release %s' if before else 'wrote %s of release %s') % (target, version))
