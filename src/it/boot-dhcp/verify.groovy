import groovy.xml.XmlSlurper

def log = new File(basedir, 'build.log').text

// Two starts, each of them told in the log; the reports are those of the last.
assert log.findAll(/(?m)^\[INFO\] one \(stateless\): ok, up after \d+ s, (\d+) of \1 checks passed/).size() == 2

def lab = new File(basedir, 'target/diskless/lab')
assert new XmlSlurper().parse(new File(lab, 'TEST-one.xml')).@failures == '0'

// Addresses came from the server that was there, and what to boot from the master's.
def services = new File(lab, 'master.log').text
assert services =~ /dhcpd\[\d+\]: DHCPOFFER on 192\.168\.45\.11 to 52:54:00:00:00:01/
assert services =~ /dnsmasq-dhcp\[\d+\]: PXE\(eth0\) (192\.168\.45\.11 )?52:54:00:00:00:01/
assert services =~ /dnsmasq-tftp\[\d+\]: sent \S*pxelinux\.0 to 192\.168\.45\.11/
def table = new File(lab, 'stages.tsv').readLines()*.split('\t')
assert table[1][4] == 'dnsmasq-proxy'
assert table[1][5] == 'ok'
return true
