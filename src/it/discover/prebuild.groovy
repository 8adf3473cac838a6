import java.nio.file.Files
import java.nio.file.Path

def write = { String name, String text ->
    def file = new File(basedir, "root/$name")
    file.parentFile.mkdirs()
    file.setText(text, 'UTF-8')
}
write 'var/lib/dhcp/dhcpd.leases', '''\
lease 192.168.45.200 {
  starts 1 2026/11/23 15:35:55;
  ends 1 2026/11/23 17:15:55;
  cltt 1 2026/11/23 15:35:55;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet 00:22:72:00:09:0a;
  set vendor-class-identifier = "PXEClient:Arch:00007:UNDI:003016";
}
'''
write 'var/log/syslog', '''\
2026-11-23T15:34:01.000000+00:00 master dhcpd[88]: DHCPDISCOVER from 52:54:00:00:01:02 via eth0
2026-11-23T15:36:01.000000+00:00 master dhcpd[88]: diskless: 52:54:0:0:9:9 has architecture 0
2026-11-23T15:36:01.000000+00:00 master dhcpd[88]: DHCPDISCOVER from 52:54:00:00:09:09 via eth0
2026-11-23T15:36:02.000000+00:00 master dhcpd[88]: DHCPOFFER on 192.168.45.201 to 52:54:00:00:09:09 via eth0
'''
write 'usr/share/ieee-data/oui.csv', '''\
Registry,Assignment,Organization Name,Organization Address
MA-L,002272,American Micro-Fuel Device Corp.,2181 Buchanan Loop Ferndale WA US 98248
'''
write 'srv/diskless/cellar/releases/1.0/META-INF/diskless/cluster.json', '''\
{ "cluster": "cellar", "version": "1.0", "master": { "name": "master", "address": "192.168.45.1" },
  "networks": [ { "subnet": "192.168.45.0/24", "pool": "192.168.45.200-192.168.45.250" } ],
  "images": { "debian": { "debian": { "suite": "bookworm" } } },
  "groups": { "compute": { "lineage": [ "compute" ], "image": "debian" } },
  "nodes": [ { "name": "node001", "mac": "52:54:00:00:09:09", "address": "192.168.45.101", "group": "compute" } ] }
'''
Files.createSymbolicLink(new File(basedir, 'root/srv/diskless/cellar/active').toPath(), Path.of('releases/1.0'))
return true
