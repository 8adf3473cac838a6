import dev.diskless.it.Bundle
import dev.diskless.testing.Shell

def rendered = new File(basedir, 'target/diskless')
def at = '192.168.45.1:/srv/diskless/tiny/releases/1.0'

def line = { String mac -> new File(rendered, "boot/pxelinux.cfg/01-52-54-00-00-00-$mac").readLines().find { it.contains('APPEND') } }
assert line('01').contains("nfsroot=$at/192.168.45.11,vers=3,tcp ip=dhcp rw")
assert line('02').contains("nfsroot=$at/images/tiny,vers=3,tcp,ro ip=dhcp ro diskless.root=shared")
assert line('02').contains('diskless.private=/srv/diskless/tiny/releases/1.0/192.168.45.12')
assert line('03').contains("nfsroot=$at/images/tiny,vers=3,tcp,ro ip=dhcp ro diskless.root=overlay")
assert line('04').contains("nfsroot=$at/ram/tiny,vers=3,tcp,ro ip=dhcp ro diskless.root=ram")

def exports = new File(rendered, 'master/etc/exports.d/diskless.exports').readLines().findAll { it.startsWith('/') }
def of = { String address -> exports.findAll { it.contains(" $address(") }.collect { it.replaceFirst(/^\/srv\/diskless\/tiny\/releases\/1.0\//, '').replaceFirst(/,.*/, '') } }
assert of('192.168.45.11') == ['192.168.45.11 192.168.45.11(rw']
assert of('192.168.45.12') == ['images/tiny', 'groups/shared', 'nodes/two'].collect { "$it 192.168.45.12(ro".toString() } + ['192.168.45.12 192.168.45.12(rw']
assert of('192.168.45.13') == ['images/tiny', 'groups/overlay', 'nodes/three'].collect { "$it 192.168.45.13(ro".toString() }
assert of('192.168.45.14') == ['ram/tiny', 'groups/ram', 'nodes/four'].collect { "$it 192.168.45.14(ro".toString() }

if (!Shell.isRoot() || Shell.missing('mksquashfs', 'exportfs')) {
    println 'NOT CHECKED: the trees on the master, for installing a bundle needs root, mksquashfs and exportfs'
    return true
}
def bundle = Bundle.of(basedir)
def release = bundle.install(new File(basedir, 'target/master'))

// What node two has for itself, and only that; what layers have elsewhere stays in the layers.
def two = new File(release, '192.168.45.12')
assert two.list().sort() == ['etc', 'root', 'tmp', 'var']
assert new File(two, 'etc/motd').text == 'of the group\n'
assert new File(two, 'var/lib/two/note').text == 'of the node\n'
assert new File(two, 'etc/hostname').text == 'two\n'
assert new File(two, 'etc/os-release').text == new File(release, 'images/tiny/etc/os-release').text
assert new File(two, 'etc/fstab').readLines().findAll { it.startsWith('192') } == ['etc', 'var', 'root', 'tmp'].collect {
    "$at/192.168.45.12/$it /$it nfs rw,hard,nolock,vers=3,tcp,x-initrd.mount 0 0".toString() }
assert new File(release, 'groups/shared/usr/local/bin/ours').exists()
// No file of it is a link to the image's, for the node writes.
assert Shell.sh('find "$1" -type f -links +1', two).isEmpty()
// It is what a complete tree would have there.
assert Shell.sh("""
    mkdir -p "\$2"
    cp -a "\$1/images/tiny/." "\$2"
    for layer in groups/shared nodes/two; do cp -a --remove-destination "\$1/\$layer/." "\$2"; done
    cd "\$2" && tar --sort=name --numeric-owner -cf - etc var root tmp | sha256sum
    """, release, new File(basedir, 'target/whole')) == Shell.sh('cd "$1" && tar --sort=name --numeric-owner -cf - etc var root tmp | sha256sum', two)

// Node four finds the image in one file, the same one for the same image.
assert !new File(release, '192.168.45.14').exists()
def squashed = new File(release, 'ram/tiny/image.squashfs')
assert Shell.sh('unsquashfs -cat "$1" etc/os-release', squashed) == new File(release, 'images/tiny/etc/os-release').text
assert bundle.install(new File(basedir, 'target/again')).toPath().resolve('ram/tiny/image.squashfs').toFile().bytes == squashed.bytes

// The real exportfs takes the exports, in a world of its own where the release lies where it belongs.
def etab = Shell.sh("""unshare --mount sh -euc '
    mount -t tmpfs none /srv
    mkdir /srv/diskless
    mount --bind "\$1/srv/diskless" /srv/diskless
    mount -t tmpfs none /var/lib/nfs
    mount --bind "\$2" /etc/exports
    exportfs -r
    cat /var/lib/nfs/etab' sh "\$@" """, new File(basedir, 'target/master'), "$release/master/etc/exports.d/diskless.exports").readLines()
assert etab.size() == 11
assert etab.findAll { it.contains('(rw,') }.collect { it.replaceFirst(/.*\/([\d.]+)\t([\d.]+)\(.*/, '$1 $2') }.sort() ==
        ['192.168.45.11 192.168.45.11', '192.168.45.12 192.168.45.12']
return true
