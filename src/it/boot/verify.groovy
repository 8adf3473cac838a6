import groovy.xml.XmlSlurper

def log = new File(basedir, 'build.log').text
def lab = new File(basedir, 'target/diskless/lab')

// Every root mode, and every way to start: BIOS with PXELINUX, UEFI with GRUB, BIOS with iPXE, Secure Boot, UEFI with iPXE,
// and from the medium as stick and CD with BIOS and UEFI, where GRUB or iPXE goes on.
[one: [group: 'stateless', own: ['ssh-answers', 'writes-into-memory']],
 two: [group: 'private', own: ['ssh-answers', 'writes-to-its-tree', 'uefi']],
 three: [group: 'shared', own: ['ssh-answers', 'own-folders-only']],
 four: [group: 'memory', own: ['ssh-answers', 'needs-no-server', 'secure-boot']],
 five: [group: 'ipxe', own: ['ssh-answers', 'uefi']],
 six: [group: 'stateless', own: ['ssh-answers']],
 seven: [group: 'stateless', own: ['ssh-answers']],
 eight: [group: 'stateless', own: ['ssh-answers', 'uefi']],
 nine: [group: 'ipxe', own: ['ssh-answers', 'uefi']]].each { node, expected ->
    def rebooted = node in ['one', 'two', 'three', 'four']
    def again = rebooted ? / and again after \d+ s/ : ''
    assert log =~ /(?m)^\[INFO\] $node \($expected.group\): ok, up after \d+ s$again, (\d+) of \1 checks passed/

    def suite = new XmlSlurper().parse(new File(lab, "TEST-${node}.xml"))
    assert suite.@failures == '0'
    def names = suite.testcase.collect { it.@name.text() }
    assert names.containsAll(['boot', 'host-name', 'address', 'release', 'root', 'mount-home', 'mount-opt', 'names', 'clock',
            'units'] + expected.own)
    if (rebooted) {
        // All is asked once more.
        assert names.contains('reboot')
        assert names.containsAll(names.findAll { it.startsWith('after-reboot-') }.collect { it - 'after-reboot-' })
        assert names.count { it.startsWith('after-reboot-') } >= 11
        if (expected.group == 'memory') {
            assert suite.testcase.find { it.@name == 'goes-on-alone' }.'system-out'.text() =~ /alone for 60 s: read [1-9]\d* files, ran [1-9]\d* programs/
        }
        def marks = { name -> suite.testcase.find { it.@name == name }.'system-out'.text() }
        if (expected.group == 'private') {
            assert marks('marks-after-reboot').contains("kept /etc/.diskless-lab-$node")
            assert marks('marks-on-master').contains("/192.168.45.12/usr/.diskless-lab-$node")
        } else if (expected.group == 'shared') {
            assert marks('leaves-marks').contains('/usr takes nothing')
            assert marks('marks-after-reboot').contains("kept /var/.diskless-lab-$node")
            assert marks('marks-on-master').contains("/192.168.45.13/var/.diskless-lab-$node")
        } else {
            assert marks('marks-after-reboot').contains("gone /etc/.diskless-lab-$node")
            assert marks('marks-on-master').contains('marks on the master: none')
        }
    }
    assert suite.testcase.find { it.@name == 'host-name' }.'system-out'.text().trim() == node
    assert new File(lab, "${node}.console").text.contains('Linux version')
}
def root = { node -> new XmlSlurper().parse(new File(lab, "TEST-${node}.xml")).testcase.find { it.@name == 'root' }.'system-out'.text() }
assert root('one').startsWith('diskless overlay rw')
assert root('two').startsWith('192.168.45.1:/srv/diskless/lab/releases/1.0/192.168.45.12 nfs rw')
assert root('three').startsWith('diskless overlay ro')
assert root('three').contains('/etc: 192.168.45.1:/srv/diskless/lab/releases/1.0/192.168.45.13/etc nfs rw')
assert root('four').startsWith('diskless overlay rw')

// What each asked for, and of which server.
def services = new File(lab, 'master.log').text
def tftp = { address -> services.findAll(~/RRQ from $address filename (\S+)/) { it[1].replaceFirst('^/', '') } as Set }
def http = { address -> services.findAll(~/$address \S+ \S+ \[[^]]*\] "GET \/(\S+) [^"]*" 200/) { it[1] } as Set }
assert tftp('192.168.45.11').containsAll(['pxelinux.0', '1.0/debian/vmlinuz', '1.0/debian/initrd.img'])
['192.168.45.12', '192.168.45.14'].each {
    assert tftp(it).containsAll(['shimx64.efi', 'grubx64.efi', '1.0/debian/vmlinuz', '1.0/debian/initrd.img'])
}
['192.168.45.13', '192.168.45.15'].each {
    assert http(it).containsAll(['boot.ipxe', '1.0/debian/vmlinuz', '1.0/debian/initrd.img'])
    assert !tftp(it).contains('1.0/debian/vmlinuz')
}
assert tftp('192.168.45.15').contains('ipxe.efi')
// From the medium nothing is fetched before what the master says.
['192.168.45.16', '192.168.45.17'].each { assert tftp(it).containsAll(['pxelinux.0', '1.0/debian/vmlinuz']) }
assert tftp('192.168.45.18').containsAll(['grub/grub.cfg-01-52-54-00-00-00-08', '1.0/debian/vmlinuz'])
assert !tftp('192.168.45.18').contains('shimx64.efi')
assert http('192.168.45.19').contains('1.0/debian/vmlinuz')
['six', 'seven', 'eight', 'nine'].each {
    assert new File(lab, "${it}.console").text.contains('Boot medium of the cluster lab: asking the network what to boot')
}
def said = new XmlSlurper().parse(new File(lab, 'TEST-four.xml')).testcase.find { it.@name == 'secure-boot' }.'system-out'.text()
assert said.toLowerCase().contains('secure boot enabled')

// The bundle is the one that was packaged, and nothing of the lab is left but its reports.
def left = lab.list() as Set
assert !left.any { it.endsWith('.disk') || it.endsWith('.initrd') || it.endsWith('.vars') }
assert !ProcessHandle.allProcesses().anyMatch { it.info().commandLine().orElse('').contains(lab.path) && it.info().command().orElse('').contains('qemu') }
return true
