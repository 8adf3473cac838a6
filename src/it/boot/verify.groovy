import groovy.xml.XmlSlurper

def log = new File(basedir, 'build.log').text
def lab = new File(basedir, 'target/diskless/lab')

[one: [group: 'stateless', own: ['ssh-answers', 'writes-into-memory']],
 two: [group: 'private', own: ['ssh-answers', 'writes-to-its-tree']]].each { node, expected ->
    assert log =~ /(?m)^\[INFO\] $node \($expected.group\): ok, up after \d+ s and again after \d+ s, 25 of 25 checks passed/

    def suite = new XmlSlurper().parse(new File(lab, "TEST-${node}.xml"))
    assert suite.@failures == '0'
    def names = suite.testcase.collect { it.@name.text() }
    assert names.containsAll(['boot', 'host-name', 'address', 'release', 'root', 'mount-home', 'mount-opt', 'names', 'clock',
            'units'] + expected.own)
    // Rebooted, all is asked once more.
    assert names.contains('reboot')
    assert names.containsAll(names.findAll { it.startsWith('after-reboot-') }.collect { it - 'after-reboot-' })
    assert names.count { it.startsWith('after-reboot-') } == 11
    def marks = { name -> suite.testcase.find { it.@name == name }.'system-out'.text() }
    if (expected.group == 'private') {
        assert marks('marks-after-reboot').contains("kept /etc/.diskless-lab-$node")
        assert marks('marks-on-master').contains("/192.168.45.12/usr/.diskless-lab-$node")
    } else {
        assert marks('marks-after-reboot').contains("gone /etc/.diskless-lab-$node")
        assert marks('marks-on-master').contains('marks on the master: none')
    }
    assert suite.testcase.find { it.@name == 'host-name' }.'system-out'.text().trim() == node
    assert new File(lab, "${node}.console").text.contains('Linux version')
}
assert new XmlSlurper().parse(new File(lab, 'TEST-one.xml')).testcase.find { it.@name == 'root' }.'system-out'.text().startsWith('diskless overlay rw')

// The bundle is the one that was packaged, and nothing of the lab is left but its reports.
def left = lab.list() as Set
assert !left.any { it.endsWith('.disk') || it.endsWith('.initrd') }
assert !ProcessHandle.allProcesses().anyMatch { it.info().commandLine().orElse('').contains(lab.path) && it.info().command().orElse('').contains('qemu') }
return true
