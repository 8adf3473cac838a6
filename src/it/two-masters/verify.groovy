import dev.diskless.it.Bundle
import dev.diskless.testing.Shell

def log = new File(basedir, 'build.log').text
assert !(log =~ /(?m)^\s+at [\w.]+\(/)

// One bundle: the image once, a folder a master, and the nodes of both.
def bundle = Bundle.of(basedir)
def names = bundle.names()
assert names.count { it == 'images/tiny/etc/os-release' } == 1
assert names.containsAll(['masters/rack1/etc/dhcp/dhcpd.conf', 'masters/rack2/etc/dnsmasq.d/diskless.conf', 'nodes/a1/', 'nodes/b1/'])
assert !names.any { it.startsWith('master/') || it == 'META-INF/diskless/trees' }

// What each master serves is its own.
def rendered = new File(basedir, 'target/diskless')
def dhcpd = new File(rendered, 'masters/rack1/etc/dhcp/dhcpd.conf').text
assert dhcpd.contains('host a1 ') && dhcpd.contains('subnet 10.1.0.0') && !dhcpd.contains('10.2.')
def exports = new File(rendered, 'masters/rack2/etc/exports.d/diskless.exports').text
assert exports.contains(' 10.2.1.1(') && !exports.contains('10.1.')
def append = { String mac -> new File(rendered, "boot/pxelinux.cfg/01-52-54-00-$mac").readLines().find { it.contains('APPEND') } }
assert append('01-01-01').contains('nfsroot=10.1.0.1:/srv/diskless/racks/releases/1.0/images/tiny,')
assert append('02-01-01').contains('nfsroot=10.2.0.1:/srv/diskless/racks/releases/1.0/images/tiny,')
assert append('02-00-01').contains('nfsroot=10.2.0.1:/srv/diskless/racks/releases/1.0/10.2.0.11,')
// A node knows all of the cluster.
def hosts = new File(rendered, 'all/etc/hosts').text
assert ['10.1.0.1 rack1.racks.example rack1', '10.2.0.1 rack2.racks.example rack2', '10.1.1.3 a3', '10.2.1.2 b2'].every { hosts.contains(it) }
assert new File(rendered, 'nodes/b1/etc/resolv.conf').text.contains('nameserver 10.2.0.1')

// show, and what it says when the master is not clear.
assert log.contains(new File(rendered, 'masters/rack2/etc/dnsmasq.d/diskless.conf').text)
assert log.contains('the cluster has 2 masters; choose one with -Ddiskless.master=, from rack1, rack2')
assert log.contains('master rack3 does not exist; choose one of rack1, rack2')

// activate, with Java, on one master.
assert log.contains('would check with dhcpd -t')
assert log.contains('the bundle has no master rack9. Its masters are:')
def one = new File(basedir, 'target/rack1/srv/diskless/racks/releases/1.0')
assert new File(one, 'nodes').list().sort() == ['a1', 'a2', 'a3', 'login1']
assert new File(one, '10.1.0.11/etc/hostname').text == 'login1\n'
assert new File(basedir, 'target/rack1/etc/dhcp/dhcpd.conf').text == dhcpd
assert !new File(basedir, 'target/rack1/etc/dnsmasq.d').exists()
assert log.contains('  nothing differs')
def status = log.substring(log.indexOf('diskless:status') < 0 ? 0 : log.lastIndexOf(':status'))
assert status.contains('login1') && !(status =~ /(?m)^b1 /)

// The installer does the same with the same bundle, and for the other master its part.
def install = { String master, String folder ->
    def root = new File(basedir, "target/$folder")
    Shell.sh('zstd -dcq "$1" | tar -xO --occurrence=1 META-INF/diskless/install >"$2.install" && python3 "$2.install" --destdir "$2" --master "$3" "$1"',
        new File(basedir, "target/${bundle.fileName()}"), root, master)
    new File(root, 'srv/diskless/racks/releases/1.0')
}
def list = { File release ->
    Shell.sh('''cd "$1" && find . -type f -printf '%p %m %U %G %s\\n' -o -printf '%p %y %m %U %G %l\\n' | LC_ALL=C sort
        find . -type f ! -path './nodes/*/etc/ssh/*' ! -path './10.*/etc/ssh/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum''', release)
}
assert list(install('rack1', 'script1')) == list(one)
def two = install('rack2', 'rack2')
assert new File(two, 'nodes').list().sort() == ['b1', 'b2', 'login2']
assert new File(two, 'nodes/b2/etc/motd').text == 'of one\n'
assert new File(two, 'groups/compute/etc/motd').text == 'of all racks\n'
assert new File(two, '10.2.0.11/etc/hostname').text == 'login2\n'
assert !new File(two, '10.1.0.11').exists() && !new File(two, 'masters').exists()
assert new File(two, 'boot/pxelinux.cfg').list().findAll { it.startsWith('01-') }.every { it.startsWith('01-52-54-00-02-') }
assert new File(two, 'META-INF/diskless/master').text == 'rack2\n'
assert new File(basedir, 'target/rack2/etc/dnsmasq.d/diskless.conf').text.contains('10.2.1.1')
// The image is the same on both.
assert list(new File(one, 'images')) == list(new File(two, 'images'))

// A lab has one master.
assert log.contains('a lab has one master, and these nodes boot from rack1, rack2; choose nodes of one master with -Ddiskless.boot.nodes, or a master with')
assert log.contains('node a1 boots from the master rack1, and not from rack2')
return true
