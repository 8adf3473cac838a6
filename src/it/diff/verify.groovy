import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
assert !(log =~ /(?m)^\s+at [\w.]+\(/)
assert log.contains('tiny: 1.0 -> 2.0')
assert log.contains('the same on all 13 nodes (login, node[01-12]):')
assert log.contains('-This is release 1.0.') && log.contains('+This is release 2.0.')
assert log.contains('  nothing differs')

def versions = new JsonSlurper().parse(new File(basedir, 'target/versions/diff.json'))
def nodes = (1..12).collect { String.format('node%02d', it) }
assert versions.from == '1.0' && versions.to == '2.0'
assert versions.trees.collectEntries { [it.nodes, it.files*.path] } == [
    (nodes + 'login'): ['/etc/motd'],
    (nodes): ['boot/grub/grub.cfg-01-@mac@', 'boot/pxelinux.cfg/01-@mac@'],
]
assert versions.reboot.collectEntries { [it.nodes, it.reasons] } ==
    [(nodes): ['kernel arguments']]
assert versions.refresh == nodes + 'login'
// Exports name the release, so that NFS reads them again.
assert versions.services*.unit.contains('nfs-server')
assert versions.master*.path == []
assert versions.onlyVersion > 13

// The same from what is active: all that differs is where it was read.
assert new File(basedir, 'target/diskless/diff.json').text == new File(basedir, 'target/versions/diff.json').text
def page = new File(basedir, 'target/diskless/diff.md').text
assert page.startsWith('# tiny: 1.0 -> 2.0\n')
assert page.contains('```diff\n--- /etc/motd\n')

assert new JsonSlurper().parse(new File(basedir, 'target/same/diff.json')).same

assert log.contains('cannot find bundle dev.diskless.it:diff:3.0 in any repository')
assert log.contains('no release of tiny is active on this master')
assert log.contains('damaged.tar.zst is damaged: it is cut off')
assert log.contains('the bundle of the project does not exist')
