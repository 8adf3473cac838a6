package dev.diskless.release;

import java.util.List;
import java.util.Optional;

/** A service of the master that reads what a release has for it. */
enum Service {
  NFS("nfs-server", List.of("/etc/exports.d/"), Optional.empty()),
  ISC_DHCP(
      "isc-dhcp-server",
      List.of("/etc/dhcp/dhcpd.conf", "/etc/default/isc-dhcp-server"),
      Optional.of("dhcpd reads its configuration only as it starts; leases are kept")),
  KEA(
      "kea-dhcp4-server",
      List.of("/etc/kea/"),
      Optional.of("the unit of Kea has no reload; leases are kept")),
  DNSMASQ(
      "dnsmasq",
      List.of("/etc/dnsmasq.d/"),
      Optional.of("dnsmasq reads its configuration only as it starts; leases are kept")),
  TFTPD(
      "tftpd-hpa",
      List.of("/etc/default/tftpd-hpa", "/etc/diskless/tftpd.map"),
      Optional.of("in.tftpd reads its options only as it starts")),
  NGINX("nginx", List.of("/etc/nginx/"), Optional.empty());

  private final String unit;
  private final List<String> reads;
  private final Optional<String> whyRestart;

  /**
   * @param reads paths, or with a slash at the end all below one
   * @param whyRestart why it cannot reload; it reloads where empty
   */
  Service(String unit, List<String> reads, Optional<String> whyRestart) {
    this.unit = unit;
    this.reads = reads;
    this.whyRestart = whyRestart;
  }

  String unit() {
    return unit;
  }

  Optional<String> whyRestart() {
    return whyRestart;
  }

  /**
   * Whether a switch concerns it.
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
