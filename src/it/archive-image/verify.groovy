import dev.diskless.it.Bundle
import dev.diskless.testing.Shell

def bundle = Bundle.of(basedir)
assert bundle.text('images/tiny/usr/bin/hello').contains('echo hello')
assert bundle.listing('images/tiny/usr/bin/hello').startsWith('-rwxr-xr-x 0/0')
assert bundle.listing('images/tiny/usr/bin/hello-again').contains(' link to images/tiny/usr/bin/hello')
assert bundle.holds('boot/1.0/tiny/vmlinuz')

if (!Shell.isRoot()) {
    println 'NOT CHECKED, for only root can set capabilities of files: whether they come through'
    return true
}
// On a disk as the master has it, with what the install script calls.
def release = bundle.install(new File(basedir, 'target/master'))
assert Shell.output(Shell.path('getcap'), "$release/images/tiny/usr/bin/hello".toString()).trim().endsWith('cap_net_raw=ep')
assert Shell.output(Shell.path('getcap'), '-r', "$release/images".toString()).readLines().size() == 2
return true
