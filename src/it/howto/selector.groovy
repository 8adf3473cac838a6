def missing = dev.diskless.it.Shell.missing('dhcpd')
if (missing) {
    println "SKIPPED for want of ${missing.join(', ')}: apt-get install isc-dhcp-server"
}
return missing.isEmpty()
