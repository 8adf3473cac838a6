import java.nio.file.Files

def log = new File(basedir, 'build.log').text
assert !(log =~ /(?m)^\s+at [\w.]+\(/)
assert log.contains('cannot find bundle dev.diskless.it:activate:3.0 in any repository')
assert log =~ /cannot find bundle dev\.diskless\.it:activate:4\.0 in any repository: .*Connection refused/
assert log =~ /cannot find bundle dev\.diskless\.it:activate:5\.0 in any repository: .*Not asked, because the connection is not encrypted: it \(http:\/\/127\.0\.0\.1:1\/repository\)\. Use https, or allow plain http with -Ddiskless\.allowHttp=it;/
def root = new File(basedir, 'target/root')
def releases = new File(root, 'srv/diskless/tiny/releases')

assert Files.readSymbolicLink(new File(root, 'srv/diskless/tiny/active').toPath()).toString() == 'releases/1.0'
assert releases.list().findAll { !it.startsWith('.') }.sort() == ['1.0', '2.0']
assert new File(root, 'tftpboot/groups/compute/etc/motd').text == 'This is release 1.0.\n'
assert new File(releases, '2.0/192.168.45.12/etc/motd').text == 'This is release 2.0.\n'
assert new File(root, 'etc/dhcp/dhcpd.conf').text == new File(releases, '1.0/master/etc/dhcp/dhcpd.conf').text
// Nodes that run 2.0 go on.
assert new File(root, 'etc/exports.d/diskless.exports').text.contains('/releases/2.0/192.168.45.12')

def inode = { String path -> Files.getAttribute(new File(releases, path).toPath(), 'unix:ino') }
assert inode('1.0/images/tiny/usr/bin/hello') == inode('2.0/images/tiny/usr/bin/hello')
assert inode('1.0/192.168.45.12/usr/bin/hello') != inode('2.0/192.168.45.12/usr/bin/hello')

assert new File(root, 'srv/diskless/tiny/history').readLines()*.split('\t')*.drop(1) ==
    [['activate', '1.0', '-'], ['activate', '2.0', '1.0'], ['rollback', '1.0', '2.0']]
assert log.contains("would install ${releases}/2.0")
['exportfs is missing; apt-get install nfs-kernel-server', 'dhcpd is missing; apt-get install isc-dhcp-server',
        'in.tftpd is missing; apt-get install tftpd-hpa', 'the running kernel has no NFS server'].each {
    assert log.contains(it)
}
assert log =~ /(?m)^-+\nsecond\n-+\nuid=0/
assert log.contains('[ERROR] first: not reached: ssh: connect to host 192.168.45.11 port 22: No route to host')
assert log.contains('second: not reached; copied to its tree ')
assert new File(releases, '1.0/192.168.45.12/etc/pushed/pom.xml').text == new File(basedir, 'pom.xml').text
return true
