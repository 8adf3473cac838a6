import dev.diskless.it.Bundle

def bundle = Bundle.of(basedir)

// Shadowed: the project's, and nothing of the shipped one.
assert bundle.text('master/etc/dhcp/dhcpd.conf') == "# This site's own dhcpd.conf for tiny\n"
// Added: a file that nothing shipped has, once for every node.
assert bundle.text('nodes/first/etc/rack') == 'first stands in rack R7\n'
assert bundle.text('nodes/second/etc/rack') == 'second stands in rack R7\n'
// Left alone: all others are still the shipped ones.
assert bundle.text('nodes/first/etc/hostname') == 'first\n'
// And a person can look at each as a plain file.
assert new File(basedir, 'target/diskless/nodes/second/etc/rack').text == 'second stands in rack R7\n'
