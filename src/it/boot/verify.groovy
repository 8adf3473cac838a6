import groovy.xml.XmlSlurper

def log = new File(basedir, 'build.log').text
def lab = new File(basedir, 'target/diskless/lab')

// Every root mode, and every way to start: first BIOS with PXELINUX, UEFI with GRUB, BIOS with iPXE, and a CD under Secure Boot;
// after the reboot a stick with BIOS, a stick with UEFI, UEFI with iPXE, and a CD with BIOS.
[one: [group: 'stateless', own: ['ssh-answers', 'writes-into-memory']],
 two: [group: 'private', own: ['ssh-answers', 'writes-to-its-tree', 'uefi', 'after-reboot-uefi']],
 three: [group: 'shared', own: ['ssh-answers', 'own-folders-only', 'after-reboot-uefi']],
 four: [group: 'memory', own: ['ssh-answers', 'needs-no-server', 'secure-boot']]].each { node, expected ->
    assert log =~ /(?m)^\[INFO\] $node \($expected.group\): ok, up after \d+ s and again after \d+ s, (\d+) of \1 checks passed/

    def suite = new XmlSlurper().parse(new File(lab, "TEST-${node}.xml"))
    assert suite.@failures == '0'
    def names = suite.testcase.collect { it.@name.text() }
    assert names.containsAll(['boot', 'host-name', 'address', 'release', 'root', 'mount-home', 'mount-opt', 'names', 'members', 'members-from-master', 'clock',
            'units'] + expected.own)
    assert suite.testcase.findAll { it.@name.text().endsWith('members') }.every { it.'system-out'.text().contains("in $node") }
    // All is asked once more.
    assert names.contains('reboot')
    assert names.containsAll((names.findAll { it.startsWith('after-reboot-') } - 'after-reboot-uefi').collect { it - 'after-reboot-' })
    assert names.count { it.startsWith('after-reboot-') } >= 11
    assert (expected.group == 'memory') != names.containsAll(['state-var-lib-site', 'keeps-its-state', 'after-reboot-keeps-its-state'])
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
assert tftp('192.168.45.11').containsAll(['pxelinux.0', 'pxelinux.cfg/01-52-54-00-00-00-01', '1.0/debian/vmlinuz', '1.0/debian/initrd.img'])
assert tftp('192.168.45.12').containsAll(['shimx64.efi', 'grubx64.efi', 'grub/grub.cfg-01-52-54-00-00-00-02', '1.0/debian/vmlinuz'])
assert http('192.168.45.13').containsAll(['boot.ipxe', '1.0/debian/vmlinuz', '1.0/debian/initrd.img'])
assert tftp('192.168.45.13').contains('ipxe.efi')
assert !tftp('192.168.45.13').contains('1.0/debian/vmlinuz')
// A medium has its own loaders, and goes on where the network says: with UEFI by GRUB, with BIOS by iPXE and then PXELINUX.
assert tftp('192.168.45.14').containsAll(['grub/grub.cfg-01-52-54-00-00-00-04', 'pxelinux.0', '1.0/debian/vmlinuz'])
assert !tftp('192.168.45.14').contains('shimx64.efi')
['one', 'two', 'four'].each {
    assert new File(lab, "${it}.console").text.contains('Boot medium of the cluster lab: asking the network what to boot')
}
def said = new XmlSlurper().parse(new File(lab, 'TEST-four.xml')).testcase.find { it.@name == 'secure-boot' }.'system-out'.text()
assert said.toLowerCase().contains('secure boot enabled')

// The bundle is the one that was packaged, and nothing of the lab is left but its reports.
def left = lab.list() as Set
assert !left.any { it.endsWith('.disk') || it.endsWith('.initrd') || it.endsWith('.vars') }
assert !ProcessHandle.allProcesses().anyMatch { it.info().commandLine().orElse('').contains(lab.path) && it.info().command().orElse('').contains('qemu') }
return true
