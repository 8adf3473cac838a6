return dev.diskless.it.Needs.programs(mmdebstrap: 'mmdebstrap', dhcpd: 'isc-dhcp-server', sshd: 'openssh-server',
    exportfs: 'nfs-kernel-server', findmnt: 'util-linux', file: 'file')
