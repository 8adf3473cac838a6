import dev.diskless.it.Bundle
import dev.diskless.testing.Shell

def bundle = Bundle.of(basedir)
def rendered = new File(basedir, 'target/diskless')

// The master: what its DHCP server says, and what its exports are for.
Shell.output(Shell.path('dhcpd'), '-t', '-cf', new File(rendered, 'master/etc/dhcp/dhcpd.conf').path)

// The kernel, its initramfs and the loader are where a machine looks for them.
def names = bundle.names() as Set
assert names.containsAll(['boot/pxelinux.0', 'boot/ldlinux.c32', 'boot/1.0/debian/vmlinuz', 'boot/1.0/debian/initrd.img',
        'boot/pxelinux.cfg/01-52-54-00-00-00-01', 'boot/pxelinux.cfg/01-52-54-00-00-00-02'])

// Debian is in it once, with what only archives carry: set-uid bits, hard links, capabilities.
assert names.count { it.endsWith('/usr/bin/passwd') } == 1
assert bundle.listing('images/debian/usr/bin/passwd').startsWith('-rwsr-xr-x 0/0')
assert bundle.listing('images/debian/bin').contains('bin -> usr/bin')
def packages = bundle.text('META-INF/diskless/packages/debian').readLines()
assert packages.any { it.startsWith('openssh-server\t') }

// Nothing secret, nothing that only one machine may have.
assert !names.any { it =~ /ssh_host_.*_key$/ }

if (!Shell.isRoot()) {
    println 'NOT CHECKED, for only root can install a bundle: sshd -t, findmnt --verify and the trees on the master'
    return true
}
def release = bundle.install(new File(basedir, 'target/master'))
assert release.path.endsWith('/srv/diskless/lab/releases/1.0')
assert Shell.output('file', '-b', "$release/boot/1.0/debian/vmlinuz".toString()).startsWith('Linux kernel x86 boot executable')

// The real exportfs takes the exports, in a world of its own where the release lies where it belongs.
def etab = Shell.sh("""unshare --mount sh -euc '
    mount -t tmpfs none /srv
    mkdir /srv/diskless
    mount --bind "\$1/srv/diskless" /srv/diskless
    mount -t tmpfs none /var/lib/nfs
    mount --bind "\$2" /etc/exports
    exportfs -r
    cat /var/lib/nfs/etab' sh "\$@" """, new File(basedir, 'target/master'), "$release/master/etc/exports.d/diskless.exports").readLines()
assert etab.any { it.startsWith('/home\t192.168.45.11(rw,') && it.contains(',root_squash,') }
assert etab.any { it.startsWith('/srv/diskless/lab/releases/1.0/images/debian\t192.168.45.11(ro,') }
assert etab.any { it.startsWith('/srv/diskless/lab/releases/1.0/192.168.45.12\t192.168.45.12(rw,') && it.contains(',no_root_squash,') }
assert etab.every { it =~ /\t192\.168\.45\.1[12]\(/ }

// The private tree of node two is complete.
def two = new File(release, '192.168.45.12')
assert new File(two, 'etc/hostname').text == 'two\n'
assert Shell.output('chroot', two.path, 'uname', '-s').trim() == 'Linux'
Shell.output('chroot', two.path, 'findmnt', '--verify')

// The stateless node sees image, group and node as one tree; sshd takes its configuration there.
def one = new File(basedir, 'target/one')
one.mkdirs()
Shell.sh("""
    cp -a --reflink=auto "\$1/images/debian/." "\$2"
    for layer in groups/stateless nodes/one; do [ ! -d "\$1/\$layer" ] || cp -a --remove-destination "\$1/\$layer/." "\$2"; done
    """, release, one)
assert new File(one, 'etc/hostname').text == 'one\n'
Shell.output('chroot', one.path, 'findmnt', '--verify')
[one, two].each { tree ->
    // Host keys are each node's own and made on the master, so the check brings its own.
    Shell.sh('mkdir -p "$1/run/sshd"; ssh-keygen -q -t ed25519 -N "" -f "$1/tmp/key"; chroot "$1" /usr/sbin/sshd -t -h /tmp/key; rm "$1"/tmp/key*', tree)
}
return true
