import groovy.xml.XmlSlurper

def log = new File(basedir, 'build.log').text
def lab = new File(basedir, 'target/diskless/lab')

[one: 'private', two: 'stateless'].each { node, group ->
    assert log =~ /(?m)^\[INFO\] $node \($group\): ok, up after \d+ s and again after \d+ s, (\d+) of \1 checks passed/
    def suite = new XmlSlurper().parse(new File(lab, "TEST-${node}.xml"))
    assert suite.@failures == '0'
    def said = { name -> suite.testcase.find { it.@name == name }.'system-out'.text() }
    assert said('runs-earlier-release').contains('release 1.0, ')
    // The master has the next release, and nothing of this one's is gone.
    assert said('undisturbed') =~ /read [1-9]\d\d+ files/
    assert said('keeps-its-release').contains('release 1.0, ')
    assert said('runs-next-release').contains('release 2.0, ')
    assert said('release').contains('VERSION="2.0"')
}
// One was between its boot entry and its kernel when the release was switched, and got all of one release.
def starts = { name -> new XmlSlurper().parse(new File(lab, 'TEST-one.xml')).testcase.find { it.@name == name }.'system-out'.text() }
assert starts('switched-as-it-starts') =~ /RRQ from 192\.168\.45\.11 filename \S*1\.0\/debian\/vmlinuz/
assert starts('switched-as-it-starts').contains('active: 2.0')
assert starts('started-of-one-release').contains('release 1.0, ')

def services = new File(lab, 'master.log').text
def asked = services.readLines().findAll { it.contains('RRQ from 192.168.45.11') && it =~ /vmlinuz|initrd/ }.collect { (it =~ /filename \/?(\S+?)\/debian/)[0][1] }
assert asked.unique() == ['1.0', '2.0']
assert services =~ /kea-dhcp4/
return true
