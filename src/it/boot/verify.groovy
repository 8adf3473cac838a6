import groovy.xml.XmlSlurper

def log = new File(basedir, 'build.log').text
def lab = new File(basedir, 'target/diskless/lab')

[one: [group: 'stateless', checks: 25, own: ['ssh-answers', 'writes-into-memory']],
 two: [group: 'private', checks: 25, own: ['ssh-answers', 'writes-to-its-tree']],
 three: [group: 'shared', checks: 25, own: ['ssh-answers', 'own-folders-only']],
 four: [group: 'memory', checks: 26, own: ['ssh-answers', 'needs-no-server']]].each { node, expected ->
    assert log =~ /(?m)^\[INFO\] $node \($expected.group\): ok, up after \d+ s and again after \d+ s, $expected.checks of $expected.checks checks passed/

    def suite = new XmlSlurper().parse(new File(lab, "TEST-${node}.xml"))
    assert suite.@failures == '0'
    def names = suite.testcase.collect { it.@name.text() }
    assert names.containsAll(['boot', 'host-name', 'address', 'release', 'root', 'mount-home', 'mount-opt', 'names', 'clock',
            'units'] + expected.own)
    // Rebooted, all is asked once more.
    assert names.contains('reboot')
    assert names.containsAll(names.findAll { it.startsWith('after-reboot-') }.collect { it - 'after-reboot-' })
    assert names.count { it.startsWith('after-reboot-') } == 11
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

// The bundle is the one that was packaged, and nothing of the lab is left but its reports.
def left = lab.list() as Set
assert !left.any { it.endsWith('.disk') || it.endsWith('.initrd') }
assert !ProcessHandle.allProcesses().anyMatch { it.info().commandLine().orElse('').contains(lab.path) && it.info().command().orElse('').contains('qemu') }
return true
