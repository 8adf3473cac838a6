import dev.diskless.it.Bundle
import dev.diskless.testing.Shell

def bundle = Bundle.of(basedir)
assert bundle.text('groups/compute/etc/who') == 'for the group\n'
assert bundle.text('nodes/second/etc/who') == 'for second\n'
assert !bundle.holds('nodes/first/etc/who')
assert bundle.listing('nodes/second/etc/who').startsWith('-rw-r----- 0/4')
assert bundle.listing('groups/compute/usr/local/bin/site-tool').startsWith('-rwxr-xr-x 0/0')

// Deleted for the nodes, still in the image.
assert bundle.holds('images/tiny/etc/os-release')
assert bundle.text('META-INF/diskless/deleted').contains('groups/compute\twhiteout\tetc/os-release')
if (Shell.isRoot()) {
    def release = bundle.install(new File(basedir, 'target/master'))
    def whiteout = Shell.output('stat', '-c', '%F %t:%T', "$release/groups/compute/etc/os-release".toString())
    assert whiteout.trim() == 'character special file 0:0'
}
