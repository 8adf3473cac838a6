def missing = dev.diskless.it.Shell.missing('mmdebstrap', 'dhcpd', 'sshd', 'exportfs', 'findmnt', 'file')
if (missing) {
    println "SKIPPED for want of ${missing.join(', ')}: apt-get install mmdebstrap isc-dhcp-server openssh-server nfs-kernel-server util-linux file"
}
return missing.isEmpty()
