import groovy.json.JsonSlurper
import java.nio.file.Files

def log = new File(basedir, 'build.log').text
assert !(log =~ /(?m)^\s+at [\w.]+\(/)
def base = new File(basedir, 'root/srv/diskless/tiny')
def releases = new File(base, 'releases')

// status
assert log =~ /(?m)^2\.0 +previous +\S+Z +\d+\.\d +\d+\.\d$/
assert log =~ /(?m)^3\.0 +active /
assert log =~ /(?m)^first +compute +overlay +- +3\.0 +- +down or unreachable \(ssh: connect to host/
assert log =~ /(?m)^second +complete +full +3\.0 +3\.0 +\S+Z +up$/
def status = new JsonSlurper().parse(new File(basedir, 'target/diskless/status.json'))
assert status.releases*.version == ['1.0', '2.0', '3.0']
assert status.releases.every { it.bytesAlone > 0 && it.bytesAlone < it.bytes }
assert status.nodes.find { it.name == 'second' }.booted == '3.0'
assert status.nodes.find { it.name == 'first' }.state == 'down or unreachable'

// drift
assert log.contains('release 1.0: 1 of 1 nodes changed something in its tree') || log.contains('release 1.0: 1 of 1 node changed something in its tree')
assert log =~ /(?m)^ +added +\/etc\/note$/
def drift = new JsonSlurper().parse(new File(basedir, 'target/drift-1.0.json'))
assert drift.trees*.node == ['second']
assert drift.trees[0].changes == [[kind: 'added', path: '/etc/note']]

// prune: first what a silent node may run keeps it, then what a node wrote, then nothing
assert log =~ /keep 1\.0: node first may run it \(no answer\)/
assert log =~ /keep 1\.0: node second changed files in its trees/
assert log.contains('would remove 1.0')
assert log.contains('removed release 1.0')
assert log.contains('diskless.keep is 0')
assert releases.list().sort() == ['2.0', '3.0']
assert !new File(basedir, 'root/etc/exports.d/diskless.exports').text.contains('/releases/1.0/')

// state outlives it all, and each node mounts its own
assert new File(base, 'state/first/paths/var/lib/app/first').text == 'of the image'
assert new File(base, 'state/second/paths/var/lib/app/first').text == 'of the image'
def exported = new File(basedir, 'root/etc/exports.d/diskless.exports').readLines().findAll { it.contains('/state/') }
assert exported.size() == 2
assert exported[0].startsWith('/srv/diskless/tiny/state/first/paths 192.168.45.11(rw,sync,no_subtree_check,no_root_squash,')
assert exported[1].startsWith('/srv/diskless/tiny/state/second/paths 192.168.45.12(rw,')
def fstab = new File(releases, '3.0/nodes/first/etc/fstab').text
assert fstab.contains('192.168.45.1:/srv/diskless/tiny/state/first/paths /run/diskless/state nfs rw,hard,nolock,')
assert fstab.contains('/run/diskless/state/var/lib/app /var/lib/app none bind,x-initrd.mount,')

// secrets: on the master, and nowhere in what was built, below the root of HTTP, or in the log
def munge = new File(base, 'secret/etc/munge/munge.key')
def hostKey = { node -> new File(base, "state/$node/secret/etc/ssh/ssh_host_ed25519_key") }
def mode = { File file -> Files.getAttribute(file.toPath(), 'unix:mode') & 07777 }
assert mode(munge) == 0600
assert mode(hostKey('first')) == 0600
assert new File(releases, '3.0/192.168.45.12/etc/munge/munge.key').bytes == munge.bytes
assert mode(new File(releases, '3.0/192.168.45.12/etc/munge/munge.key')) == 0400
assert new File(releases, '2.0/nodes/first/etc/ssh/ssh_host_ed25519_key').bytes == new File(releases, '3.0/nodes/first/etc/ssh/ssh_host_ed25519_key').bytes
assert hostKey('first').bytes != hostKey('second').bytes
def secrets = [munge.text.trim(), hostKey('first').readLines()[1], hostKey('second').readLines()[1]]
def unpacked = new File(basedir, 'unpacked')
unpacked.mkdirs()
new File(basedir, 'target').listFiles().findAll { it.name.endsWith('.tar.zst') }.each {
    assert ['sh', '-c', "zstd -dcq '$it' | tar -x -C '$unpacked'"].execute().waitFor() == 0
}
assert new File(unpacked, 'META-INF/diskless/kept').text.contains('/etc/munge/munge.key')
[unpacked, new File(basedir, 'target'), new File(releases, '3.0/boot'), new File(releases, '3.0/META-INF'), new File(basedir, 'build.log')].each { place ->
    secrets.each { secret ->
        def pattern = new File(basedir, 'pattern')
        pattern.text = secret
        def found = ['grep', '-rlFa', '-f', pattern.path, place.path].execute()
        assert found.text == ''
    }
}
// The search would have found them.
def pattern = new File(basedir, 'pattern')
pattern.text = secrets[1]
assert ['grep', '-rlFa', '-f', pattern.path, releases.path].execute().text.contains('3.0/nodes/first/etc/ssh/ssh_host_ed25519_key')
return true
