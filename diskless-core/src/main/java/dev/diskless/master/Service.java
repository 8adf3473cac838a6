package dev.diskless.master;

import java.util.List;
import java.util.Optional;

/** Service of the master that reads files of a release. */
public enum Service {
  NFS(
      "nfs-server",
      "exportfs",
      "nfs-kernel-server",
      List.of(new Port("tcp", 2049)),
      List.of("/etc/exports.d/"),
      Optional.empty()),
  GANESHA(
      "nfs-ganesha",
      "ganesha.nfsd",
      "nfs-ganesha",
      List.of(new Port("tcp", 2049)),
      List.of("/etc/ganesha/"),
      Optional.empty()),
  ISC_DHCP(
      "isc-dhcp-server",
      "dhcpd",
      "isc-dhcp-server",
      List.of(new Port("udp", 67)),
      List.of("/etc/dhcp/dhcpd.conf", "/etc/dhcp/dhcpd6.conf", "/etc/default/isc-dhcp-server"),
      Optional.of("dhcpd reads its configuration only at its start; leases are kept")),
  KEA(
      "kea-dhcp4-server",
      "kea-dhcp4",
      "kea-dhcp4-server",
      List.of(new Port("udp", 67)),
      List.of("/etc/kea/kea-dhcp4.conf"),
      Optional.of("the unit of Kea has no reload; leases are kept")),
  KEA6(
      "kea-dhcp6-server",
      "kea-dhcp6",
      "kea-dhcp6-server",
      List.of(new Port("udp", 547)),
      List.of("/etc/kea/kea-dhcp6.conf"),
      Optional.of("the unit of Kea has no reload; leases are kept")),
  RADVD("radvd", "radvd", "radvd", List.of(), List.of("/etc/radvd.conf"), Optional.empty()),
  DNSMASQ(
      "dnsmasq",
      "dnsmasq",
      "dnsmasq",
      List.of(new Port("udp", 67), new Port("udp", 69)),
      List.of("/etc/dnsmasq.d/"),
      Optional.of("dnsmasq reads its configuration only at its start; leases are kept")),
  TFTPD(
      "tftpd-hpa",
      "in.tftpd",
      "tftpd-hpa",
      List.of(new Port("udp", 69)),
      List.of("/etc/default/tftpd-hpa", "/etc/diskless/tftpd.map"),
      Optional.of("in.tftpd reads its options only at its start")),
  NGINX(
      "nginx",
      "nginx",
      "nginx-light",
      List.of(new Port("tcp", 80)),
      List.of("/etc/nginx/"),
      Optional.empty()),
  RSYSLOG(
      "rsyslog",
      "rsyslogd",
      "rsyslog",
      List.of(new Port("tcp", 514)),
      List.of("/etc/rsyslog.d/"),
      Optional.of(
          "rsyslogd reads its configuration only at its start; nodes send their"
              + " messages again")),
  PROMETHEUS(
      "prometheus",
      "prometheus",
      "prometheus",
      List.of(new Port("tcp", 9090)),
      List.of("/etc/prometheus/", "/etc/default/prometheus"),
      Optional.of("prometheus reads its options only at its start; collected values are kept")),
  SLURMCTLD(
      "slurmctld",
      "slurmctld",
      "slurmctld",
      List.of(new Port("tcp", 6817)),
      List.of("/etc/slurm/"),
      Optional.of("slurmctld reads the list of nodes only at its start; jobs continue"));

  /**
   * Port that a service listens on.
   *
   * @param protocol protocol, tcp or udp
   * @param number number of the port
   */
  record Port(String protocol, int number) {}

  private final String unit;
  private final String program;
  private final String debianPackage;
  private final List<Port> ports;
  private final List<String> reads;
  private final Optional<String> whyRestart;

  /**
   * @param program program of the Debian package, in the PATH of root
   * @param reads paths that the service reads; a slash at the end means all files below
   * @param whyRestart why the service must restart; if empty, the service reloads
   */
  Service(
      String unit,
      String program,
      String debianPackage,
      List<Port> ports,
      List<String> reads,
      Optional<String> whyRestart) {
    this.unit = unit;
    this.program = program;
    this.debianPackage = debianPackage;
    this.ports = ports;
    this.reads = reads;
    this.whyRestart = whyRestart;
  }

  String unit() {
    return unit;
  }

  String program() {
    return program;
  }

  String debianPackage() {
    return debianPackage;
  }

  List<Port> ports() {
    return ports;
  }

  Optional<String> whyRestart() {
    return whyRestart;
  }

  /**
   * Whether a switch changes files that the service reads.
   *
   * @param changed paths that the switch wrote or removed
   */
  boolean isConcerned(List<String> changed) {
    return changed.stream().anyMatch(this::reads);
  }

  private boolean reads(String path) {
    return reads.stream().anyMatch(r -> r.endsWith("/") ? path.startsWith(r) : path.equals(r));
  }
}
