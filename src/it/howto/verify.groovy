import dev.diskless.it.Bundle
import dev.diskless.it.Shell

def bundle = Bundle.of(basedir)
def rendered = new File(basedir, 'target/diskless')
def mounts = ['/root', '/opt', '/usr/local', '/data', '/usr/X11R6', '/usr/share', '/usr/include', '/cdrom', '/var/log']

// DHCP as the howto has it, with a literal address and the server that the root comes from.
def dhcpd = new File(rendered, 'master/etc/dhcp/dhcpd.conf')
def compact = dhcpd.text.replaceAll(/\s+/, ' ')
assert compact.contains('subnet 192.168.45.0 netmask 255.255.255.0')
assert compact.contains('range 192.168.45.253 192.168.45.254;')
assert compact.contains('default-lease-time 6000;')
assert compact.contains('max-lease-time 72000;')
assert compact.contains('option broadcast-address 192.168.45.255;')
assert compact.contains('option routers 192.168.45.1;')
assert compact.contains('fixed-address 192.168.45.45;')
assert compact.contains('hardware ethernet 68:00:10:37:09:83;')
assert compact.contains('next-server 192.168.45.1;')
Shell.run(Shell.path('dhcpd'), '-t', '-cf', dhcpd.path)

// What the slave mounts is what the master exports: to that slave, and to nobody else.
def fstabName = bundle.names().find { it in ['nodes/firstslave/etc/fstab', 'groups/slaves/etc/fstab'] }
def fstab = bundle.text(fstabName).readLines().findAll { it && !it.startsWith('#') }*.split(/\s+/)
def exports = []
new File(rendered, 'master/etc').eachFileRecurse(groovy.io.FileType.FILES) {
    if (it.path =~ /exports/) exports.addAll(it.readLines().findAll { line -> line && !line.startsWith('#') })
}
mounts.each { path ->
    assert fstab.find { it[1] == path }?.getAt(0) == "192.168.45.1:$path" || fstab.find { it[1] == path }?.getAt(0) == "master:$path"
    assert exports.any { it =~ /^"?${path}"?\s/ && it.contains('192.168.45.45(') }
}
assert exports.every { !it.contains('*') }
assert fstab.every { it[5] == '0' }
assert fstab.findAll { it[2].startsWith('nfs') }.every { !it[3].contains('intr') }
assert !fstab.any { it[1] == '/usr/lib' }

// no_root_squash on the slave's own tree only.
exports.findAll { it.contains('no_root_squash') }.each { assert it.contains('/192.168.45.45') }

if (Shell.isRoot()) {
    // The tree is named by the address, as the howto names it, complete, and one's own.
    def release = bundle.install(new File(basedir, 'target/master'))
    def tree = new File(release, '192.168.45.45')
    assert new File(tree, 'etc/hostname').text == 'firstslave\n'
    assert new File(tree, 'usr/bin/hello').text.contains('echo hello')
    assert mounts.every { new File(tree, it).isDirectory() }
    assert new File(tree, 'etc/hosts').text.contains('192.168.45.45')
    assert new File(tree, 'etc/hosts').text.contains('192.168.45.1')
    // Whether its targets are there was seen above; findmnt would look for them on this machine.
    assert Shell.sh('findmnt --verify --tab-file "$1" || :', "$tree/etc/fstab").contains('0 parse errors')
}
