package dev.diskless.release;

import java.util.List;
import java.util.Optional;

/** A service of the master that reads what a release has for it. */
enum Service {
  NFS("nfs-server", List.of("/etc/exports.d/"), Optional.empty(), false),
  ISC_DHCP(
      "isc-dhcp-server",
      List.of("/etc/dhcp/dhcpd.conf", "/etc/default/isc-dhcp-server"),
      Optional.of("dhcpd reads its configuration only as it starts; leases are kept"),
      false),
  KEA(
      "kea-dhcp4-server",
      List.of("/etc/kea/"),
      Optional.of("the unit of Kea has no reload; leases are kept"),
      false),
  DNSMASQ(
      "dnsmasq",
      List.of("/etc/dnsmasq.d/"),
      Optional.of("dnsmasq reads its configuration only as it starts; leases are kept"),
      false),
  TFTPD(
      "tftpd-hpa",
      List.of("/etc/default/tftpd-hpa"),
      Optional.of(
          "in.tftpd enters its directory once, as it starts, and would go on serving the old release"),
      true),
  NGINX("nginx", List.of("/etc/nginx/"), Optional.empty(), false);

  private final String unit;
  private final List<String> reads;
  private final Optional<String> whyRestart;
  private final boolean everySwitch;

  /**
   * @param reads paths, or with a slash at the end all below one
   * @param whyRestart why it cannot reload; it reloads where empty
   * @param everySwitch whether another release concerns it though its own files are the same
   */
  Service(String unit, List<String> reads, Optional<String> whyRestart, boolean everySwitch) {
    this.unit = unit;
    this.reads = reads;
    this.whyRestart = whyRestart;
    this.everySwitch = everySwitch;
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
   * @param files all that the release has for the master
   */
  boolean isConcerned(List<String> changed, List<String> files) {
    return changed.stream().anyMatch(this::reads)
        || everySwitch && files.stream().anyMatch(this::reads);
  }

  private boolean reads(String path) {
    return reads.stream().anyMatch(r -> r.endsWith("/") ? path.startsWith(r) : path.equals(r));
  }
}
