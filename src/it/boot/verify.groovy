import groovy.xml.XmlSlurper

def log = new File(basedir, 'build.log').text
def lab = new File(basedir, 'target/diskless/lab')

[one: [group: 'stateless', own: ['ssh-answers', 'writes-into-memory']],
 two: [group: 'private', own: ['ssh-answers', 'writes-to-its-tree']],
 three: [group: 'shared', own: ['ssh-answers', 'own-folders-only']],
 four: [group: 'memory', own: ['ssh-answers', 'needs-no-server']]].each { node, expected ->
    assert log =~ /(?m)^\[INFO\] $node \($expected.group\): ok, up after \d+ s, 11 of 11 checks passed/

    def suite = new XmlSlurper().parse(new File(lab, "TEST-${node}.xml"))
    assert suite.@failures == '0'
    def names = suite.testcase.collect { it.@name.text() }
    assert names.containsAll(['boot', 'host-name', 'address', 'release', 'root', 'mount-home', 'mount-opt', 'names', 'clock',
            'units'] + expected.own)
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
