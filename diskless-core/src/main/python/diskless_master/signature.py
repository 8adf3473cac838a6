"""Who signed a bundle, and whether this master accepts the signer (ssh-keygen(1), section ALLOWED SIGNERS)."""

import hashlib
import os
import re
import shutil
import tempfile
from typing import Dict, List, NamedTuple, Optional

from diskless_master.bundle import META, Bundle
from diskless_master.frames import Frame
from diskless_master.host import Stop, has_program, last_line, run, say
from diskless_master.layout import Layout, read_text, replace_text, write_text
from diskless_master.tarstream import TarStream

NAMESPACE = 'diskless-bundle'
_ARMOR = '-----BEGIN SSH SIGNATURE-----'

Signed = NamedTuple('Signed', [
    ('text', str),  # what is signed
    ('armor', str),  # the signature itself
    ('cluster', str),
    ('version', str),
    ('serial', int),  # the time of signing in seconds since 1970, UTC, unless the builder chose another number
    ('size', int),  # bytes before the frame of the signature
    ('content', str),  # SHA-256 of these bytes
    ('digests', Dict[str, str]),  # SHA-256 by path in the bundle
])


def parse_signature(content: str) -> Signed:
    """Reads META-INF/diskless/signature: the signed text, and behind it the signature."""
    text, found, rest = content.partition(_ARMOR)
    lines = text.split('\n')
    values = dict(line.split(' ', 1) for line in lines[1:5] if ' ' in line)
    digests = {line[66:]: line[:64] for line in lines[5:] if re.match('[0-9a-f]{64}  .', line)}
    serial = values.get('serial', '')
    size = re.match('([0-9]{1,18}) ([0-9a-f]{64})$', values.get('content', ''))
    if not found or lines[0] != 'diskless-bundle 2' or not re.match('[0-9]{1,18}$', serial) or not size:
        raise Stop('the signature of the bundle is damaged')
    return Signed(text, found + rest, values.get('cluster', ''), values.get('version', ''), int(serial),
                  int(size.group(1)), size.group(2), digests)


def allowed_signers(destdir: str) -> str:
    """The file that decides whose bundles this master accepts."""
    return destdir + '/etc/diskless/allowed_signers'


class Signature:
    """Checks one bundle.

    is_older_allowed accepts serial numbers below the highest one installed; is_quiet leaves messages to the installer.
    """

    def __init__(self, bundle: Bundle, destdir: str, is_older_allowed: bool, is_quiet: bool = False) -> None:
        self.bundle = bundle
        self.layout = Layout(destdir, bundle.directory, bundle.cluster)
        self.signers = allowed_signers(destdir)
        self.revoked = destdir + '/etc/diskless/revoked_signers'
        self.is_older_allowed = is_older_allowed
        self.is_quiet = is_quiet
        self.is_verified = False
        self.signed = None  # type: Optional[Signed]

    def check(self) -> None:
        """Stops if the bundle is not from an allowed signer. Nothing of the bundle was executed or unpacked before."""
        if 'signature' in self.bundle.meta:
            self.signed = parse_signature(os.fsdecode(self.bundle.meta['signature']))
        if not os.path.lexists(self.signers):
            self._say('warning: %s does not exist, so bundles of anybody are accepted. Write the public keys of those who build '
                'bundles there (ssh-keygen(1), ALLOWED SIGNERS).' % self.signers)
            return
        if self.signed is None:
            raise Stop('%s is not signed, and %s exists. Sign it: mvn package -Ddiskless.sign.key=KEY'
                       % (self.bundle.path, self.signers))
        self._check_text(self.signed)
        self._check_signer(self.signed)
        self._check_serial(self.signed)
        self.is_verified = True

    def _say(self, text: str) -> None:
        if not self.is_quiet:
            say(text)

    def _check_text(self, signed: Signed) -> None:
        bundle = self.bundle
        if signed.cluster != bundle.cluster:
            raise Stop('%s is signed for the cluster %s, and contains the cluster %s' % (bundle.path, signed.cluster, bundle.cluster))
        if signed.version != bundle.version:
            raise Stop('%s is signed as version %s, and contains version %s' % (bundle.path, signed.version, bundle.version))
        for name in ('manifest', 'verify'):
            digest = signed.digests.get(META + name)
            if name in bundle.meta and digest != hashlib.sha256(bundle.meta[name]).hexdigest():
                raise Stop('the signature of %s is for another %s: the bundle was changed after it was signed' % (bundle.path, name))

    def check_content(self) -> None:
        """Stops if any byte of the bundle differs from what was signed. Without allowed signers, the signature proves nothing."""
        if self.is_verified and self.signed and not self._has_content(self.signed):
            raise Stop('%s was changed after it was signed. Fetch it again, or package it again.' % self.bundle.path)

    def _has_content(self, signed: Signed) -> bool:
        """The bytes before the last frame have a signed digest. The last frame has the signature and nothing else."""
        file = self.bundle.file
        if signed.size >= file.size or file.digest(signed.size) != signed.content:
            return False
        with file.open([Frame(signed.size, file.size - signed.size)]) as unpacking:
            tar = TarStream(file, unpacking.stream)
            entry = tar.next()
            if entry is None or entry.name != META + 'signature' or tar.content() != self.bundle.meta['signature'] or tar.next():
                return False
            unpacking.need_success()
        return True

    def _check_signer(self, signed: Signed) -> None:
        if not has_program('ssh-keygen'):
            raise Stop('ssh-keygen is missing. It checks signatures: install the package openssh-client (8.2 or newer).')
        folder = tempfile.mkdtemp(prefix='diskless-signature-')
        try:
            signature = folder + '/signature'
            write_text(signature, signed.armor)
            write_text(folder + '/text', signed.text)
            problem = ''
            for principal in self._principals(signature):
                with open(folder + '/text', 'rb') as text:
                    command = ['ssh-keygen', '-Y', 'verify', '-f', self.signers, '-I', principal, '-n', NAMESPACE, '-s', signature]
                    revoked = ['-r', self.revoked] if os.path.lexists(self.revoked) else []
                    code, output = run(command + revoked, stdin=text)
                if code == 0:
                    self._say('%s is signed by %s (serial %d)' % (self.bundle.path, principal, signed.serial))
                    return
                problem = last_line(output, code)
            raise Stop('%s is not signed by a key that %s allows%s' % (self.bundle.path, self.signers, problem and ': ' + problem))
        finally:
            shutil.rmtree(folder)

    def _principals(self, signature: str) -> List[str]:
        code, output = run(['ssh-keygen', '-Y', 'find-principals', '-s', signature, '-f', self.signers])
        names = [name for line in output.splitlines() for name in line.split(',')]
        return [name for name in names if name and not name.startswith('-')] if code == 0 else []

    def _check_serial(self, signed: Signed) -> None:
        highest = self.highest_serial()
        if signed.serial < highest and not self.is_older_allowed:
            raise Stop('%s has serial %d, and a bundle with serial %d was installed before. An installed release becomes active again '
                       'with --rollback VERSION; --allow-older installs this bundle.' % (self.bundle.path, signed.serial, highest))

    def is_older(self) -> bool:
        """Whether a bundle with a higher serial number was installed before."""
        return self.signed is not None and self.signed.serial < self.highest_serial()

    def highest_serial(self) -> int:
        """The highest serial number of a verified bundle that was installed; -1 if none was. Signatures of releases do not count:
        they may be from a time without allowed signers."""
        return _serial(read_text(self.layout.base + '/serial'))

    def remember_serial(self) -> None:
        """Notes the serial number of a verified bundle that is installed, so that it counts when the release is removed."""
        if self.is_verified and self.signed and self.signed.serial > self.highest_serial():
            replace_text(self.layout.base + '/serial', self.layout.base + '/.serial.new', '%d\n' % self.signed.serial)


def _serial(text: str) -> int:
    return int(text) if re.match('[0-9]{1,18}\n?$', text) else -1
