import groovy.xml.XmlSlurper

def log = new File(basedir, 'build.log').text
def lab = new File(basedir, 'target/diskless/lab')
assert log =~ /(?m)^\[INFO\] one \(small\): ok, up after \d+ s, (\d+) of \1 checks passed/

def suite = new XmlSlurper().parse(new File(lab, 'TEST-one.xml'))
assert suite.@failures == '0'
assert suite.testcase.collect { it.@name.text() }.containsAll(['boot', 'root', 'units', 'kernel-is-ours'])

def bundle = dev.diskless.it.Bundle.of(basedir)
assert bundle.holds('boot/1.0/groups/small/vmlinuz')
assert !bundle.holds('boot/1.0/debian/initrd.img')
assert !bundle.text('boot/pxelinux.cfg/01-52-54-00-00-00-01').contains('INITRD')
return true
