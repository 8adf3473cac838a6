import dev.diskless.it.Bundle
import dev.diskless.it.Shell

def bundle = Bundle.of(basedir)
def rendered = new File(basedir, 'target/diskless')
def mounts = ['/root', '/opt', '/usr/local', '/data', '/usr/X11R6', '/usr/share', '/usr/include', '/cdrom']

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
    def root = new File(basedir, 'target/master')
    def key = new File(root, 'etc/munge/munge.key')
    key.parentFile.mkdirs()
    key.text = 'of the master\n'
    def release = bundle.install(root)
    assert new File(release, 'nodes/firstslave/etc/munge/munge.key').text == 'of the master\n'
    def tree = new File(release, '192.168.45.45')
    assert new File(tree, 'etc/hostname').text == 'firstslave\n'
    assert new File(tree, 'usr/bin/hello').text.contains('echo hello')
    assert mounts.every { new File(tree, it).isDirectory() }
    assert new File(tree, 'etc/hosts').text.contains('192.168.45.45')
    assert new File(tree, 'etc/hosts').text.contains('192.168.45.1')
    // Whether its targets are there was seen above; findmnt would look for them on this machine.
    assert Shell.sh('findmnt --verify --tab-file "$1" || :', "$tree/etc/fstab").contains('0 parse errors')
}

// Today: Slurm, ssh, a log file a node, all of the image.
assert new File(rendered, 'master/etc/slurm/slurm.conf').text.contains('NodeName=firstslave NodeAddr=192.168.45.45 State=UNKNOWN')
assert new File(rendered, 'master/etc/rsyslog.d/diskless-nodes.json').text.contains('{ "index": "192.168.45.45", "value": "firstslave" }')
assert bundle.holds('images/master/usr/share/doc/text')
assert !bundle.names().any { it =~ /rhosts|mosix|rc\.config/ }

// In its time: SuSE, rsh, MOSIX, one log for all, and no more in the tree than is not mounted.
def log = new File(basedir, 'build.log').text
assert log =~ /cluster\.yaml:\d+:\d+: profile: mosix is for kernels with MOSIX or openMosix; no kernel of today migrates processes/
assert log =~ /cluster\.yaml:\d+:\d+: rsh sends everything unencrypted/
def museum = Bundle.at(new File(basedir, 'target/museum/howto-1.0-tftpboot.tar.zst'))
def old = new File(basedir, 'target/museum/diskless')
assert !museum.names().any { it =~ '/usr/share/doc/text$|/usr/X11R6/.' }
assert museum.holds('images/master/usr/bin/hello')
assert museum.text('nodes/firstslave/etc/rc.config.d/diskless.rc.config').contains('IPADDR_0="192.168.45.45"')
assert museum.listing('groups/slaves/root/.rhosts').startsWith('-rw-------')
assert museum.text('groups/slaves/root/.rhosts') == 'master root\nfirstslave root\n'
assert museum.text('groups/slaves/etc/inetd.conf').contains('shell stream tcp nowait root /bin/mosrun mosrun -l -z /usr/sbin/tcpd in.rshd')
assert museum.text('groups/slaves/etc/inittab').contains('/bin/mosrun -h')
assert new File(old, 'master/etc/openmosix.map').text.readLines().findAll { !it.startsWith('#') } == ['1 192.168.45.1 1', '2 192.168.45.45 1']
def oldFstab = museum.text('nodes/firstslave/etc/fstab')
assert oldFstab.contains('mfs_mnt /mfs mfs dfsa=1 0 0')
assert oldFstab.contains('192.168.45.1:/var/log/diskless /var/log nfs rw,hard')
assert new File(old, 'master/etc/exports.d/diskless.exports').text =~ /(?m)^\/var\/log\/diskless 192\.168\.45\.45\(rw,.*,no_root_squash,/
