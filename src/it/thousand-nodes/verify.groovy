import dev.diskless.it.Bundle
import dev.diskless.testing.Shell

def bundle = Bundle.of(basedir)
def names = bundle.names()
assert names.count { it ==~ /nodes\/node\d{4}\/etc\/hostname/ } == 1000
assert names.count { it ==~ /boot\/pxelinux\.cfg\/01-52-54-00-.*/ } == 1000
assert bundle.text('nodes/node1000/etc/hostname') == 'node1000\n'
assert bundle.size() < 3_000_000

// 1,000 MACs from 52:54:00:00:01:00 on, and as many addresses from 10.1.1.1 on.
def dhcpd = new File(basedir, 'target/diskless/master/etc/dhcp/dhcpd.conf')
assert dhcpd.text =~ /(?i)hardware ethernet 52:54:00:00:04:e7;/
assert dhcpd.text.contains('fixed-address 10.1.4.232;')
Shell.output(Shell.path('dhcpd'), '-t', '-cf', dhcpd.path)
return true
