import groovy.xml.XmlSlurper

def lab = new File(basedir, 'target/diskless/lab')
def node1 = new XmlSlurper().parse(new File(lab, 'TEST-node1.xml'))
def node2 = new XmlSlurper().parse(new File(lab, 'TEST-node2.xml'))
assert node1.@failures == '0'
assert node2.@failures == '0'

// A job on each, one on both, and lines of each node on the master.
for (node in [node1, node2]) {
    assert node.testcase.@name*.text().containsAll(['central-log', 'slurm', 'networkd-leaves-it-alone', 'address6', 'dns', 'interface-eth1', 'interface-eth2',
            'interface-bond0', 'interface-bond0.20', 'reaches-the-other', 'monitoring'])
}
// The last that came up ran it.
def both = [node1, node2].collect { it.testcase.find { t -> t.@name == 'slurm-on-all' } }.findAll { it.size() }
assert both.size() == 1
assert both[0].'system-out'.text() =~ /srun: node1,node2/

// The key that members prove themselves with is the master's, and in no bundle.
def manifest = ['tar', '--zstd', '-xOf', new File(basedir, 'target/boot-slurm-1.0-tftpboot.tar.zst'), 'META-INF/diskless/manifest'].execute().text
assert manifest.contains('/etc/slurm/slurm.conf ')
assert !manifest.contains('munge.key')
return true
