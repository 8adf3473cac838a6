import dev.diskless.it.Bundle
import dev.diskless.testing.Shell

def bundle = Bundle.of(basedir)
def rendered = new File(basedir, 'target/diskless')
def mounts = ['/opt', '/usr/local', '/data', '/usr/X11R6', '/usr/share', '/usr/include', '/cdrom']

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
Shell.output(Shell.path('dhcpd'), '-t', '-cf', dhcpd.path)

// What the slave mounts is what the master exports: to that slave, and to nobody else; and nothing is exported that nobody mounts.
def fstabOf = { tar -> tar.text('nodes/firstslave/etc/fstab').readLines().findAll { it && !it.startsWith('#') }*.split(/\s+/) }
def exportsOf = { folder ->
    new File(folder, 'master/etc/exports.d/diskless.exports').readLines().findAll { it && !it.startsWith('#') }
}
def crossCheck = { tar, folder, more ->
    def fstab = fstabOf(tar)
    def exports = exportsOf(folder)
    def mounted = fstab.findAll { it[2] == 'nfs' }
    assert mounted*.getAt(1).findAll { it != '/' }.toSet() == (mounts + more.keySet()).toSet()
    assert exports.collect { it.split(/ /)[0] }.sort() == mounted.collect { it[0] - '192.168.45.1:' }.sort()
    assert exports.every { it =~ /^\S+ 192\.168\.45\.45\(\S+\)$/ }
    mounted.each { line ->
        def export = exports.find { it.startsWith(line[0] - '192.168.45.1:' + ' ') }
        assert export.contains('(' + line[3].split(',')[0] + ',')
        // Root of a node is root in its own tree only, and in the log that all write to.
        assert export.contains(',no_root_squash,') == (line[1] == '/' || line[1] in more.keySet())
    }
    assert fstab.every { it[5] == '0' }
    assert mounted.every { !it[3].contains('intr') }
    assert !fstab.any { it[1] == '/usr/lib' || it[1] == '/usr/src' }
}
crossCheck(bundle, rendered, [:])

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
assert bundle.text('groups/slaves/root/.ssh/authorized_keys').endsWith('root@master\n')

// In its time: SuSE, rsh, MOSIX, one log for all, and no more in the tree than is not mounted.
def log = new File(basedir, 'build.log').text
assert log =~ /cluster\.yaml:\d+:\d+: profile: mosix needs a kernel with MOSIX or openMosix\. Current kernels do not migrate processes/
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
crossCheck(museum, old, ['/var/log': '/var/log/diskless'])

// The programs of that time that are still there read what they are given.
assert museum.text('groups/slaves/etc/hosts.equiv') == 'master\nfirstslave\n'
def apart = new dev.diskless.testing.PrivateRoot(java.nio.file.Files.createTempDirectory('howto'))
['shell', 'login'].each { apart.write("etc/xinetd.d/$it", museum.text("groups/slaves/etc/xinetd.d/$it")) }
['mosrun', 'in.rshd', 'in.rlogind'].each { apart.write("t/$it", '#!/bin/sh\n') }
apart.write('t/xinetd.conf', 'defaults\n{\n}\nincludedir /etc/xinetd.d\n')
exportsOf(old).each { apart.mkdir(it.split(/ /)[0].substring(1)) }
apart.write('etc/exports', '')
apart.write('etc/exports.d/diskless.exports', new File(old, 'master/etc/exports.d/diskless.exports').text)
if (!Shell.isRoot()) {
    println 'SKIPPED xinetd and exportfs: a root apart needs root'
} else {
    if (Shell.missing('xinetd')) {
        println 'SKIPPED xinetd: apt-get install xinetd'
    } else {
        def told = apart.run('sh', '-euc', '''
            mkdir -p /bin /usr/sbin
            for each in mosrun in.rshd in.rlogind; do install -m 755 /t/$each /usr/sbin/$each; done
            cp /usr/sbin/mosrun /bin/mosrun
            timeout 2 unshare --net xinetd -dontfork -f /t/xinetd.conf -filelog /t/log -pidfile /t/pid || :
            cat /t/log
        ''').output()
        assert told.contains('Started working: 2 available services') && !told.contains('ERROR')
    }
    if (Shell.missing('exportfs')) {
        println 'SKIPPED exportfs: apt-get install nfs-kernel-server'
    } else {
        def table = apart.run('sh', '-c', ': > /var/lib/nfs/etab && exportfs -ra && cat /var/lib/nfs/etab')
        assert table.code() == 0 : table.output()
        assert table.output().readLines().collect { it.split(/\t/)[0] }.sort() == exportsOf(old).collect { it.split(/ /)[0] }.sort()
    }
}
