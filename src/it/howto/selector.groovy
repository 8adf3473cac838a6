return dev.diskless.it.Needs.programs(dhcpd: 'isc-dhcp-server')
