package dev.diskless.lab;

import dev.diskless.model.Cluster;
import dev.diskless.model.Node;

/**
 * Probable cause why a node did not reach the next stage.
 *
 * @param what the cause, as text for users; empty if it is unknown
 * @param remedy advice for users; empty if there is none
 */
record Diagnosis(String what, String remedy) {

  private static final Diagnosis NONE = new Diagnosis("", "");

  /**
   * @param check name of the check that is running, or an empty string
   */
  static Diagnosis of(Cluster cluster, Node node, NodeProgress progress, String check) {
    return switch (progress.stage()) {
      case POWER_ON -> noOffer(cluster, node, progress);
      case OFFER -> noLoader(cluster, progress);
      case LOADER -> noKernel(node, progress);
      case KERNEL, ROOT -> noRoot(cluster, node, progress);
      case INIT, SHUTDOWN -> noTarget(progress);
      case UP -> new Diagnosis(check.isEmpty() ? "" : "it is busy with " + check, "");
      case CHECKED -> NONE;
    };
  }

  private static Diagnosis noOffer(Cluster cluster, Node node, NodeProgress progress) {
    String mac = node.mac().toColonDelimitedString();
    if (!progress.isHeard()) {
      return new Diagnosis("the master received nothing from " + mac, "");
    }
    return new Diagnosis(
        progress
            .otherAddress()
            .map(
                a -> "the DHCP server offered %s to %s, as to an unknown machine".formatted(a, mac))
            .orElse(
                "the DHCP server received a request from %s but has no address for it"
                    .formatted(mac)),
        "check that its configuration contains this MAC address: "
            + show(cluster, dhcpFile(cluster)));
  }

  private static Diagnosis noLoader(Cluster cluster, NodeProgress progress) {
    String where = show(cluster, dhcpFile(cluster));
    return progress
        .missingFile()
        .map(
            file ->
                new Diagnosis(
                    "the " + progress.server() + " server has no " + file,
                    "check which boot loader the DHCP server offers: " + where))
        .orElse(
            new Diagnosis(
                "it requested nothing from the TFTP server",
                "check which boot loader the DHCP server offers for its firmware: " + where));
  }

  private static Diagnosis noKernel(Node node, NodeProgress progress) {
    String where =
        "check the configuration of its boot loader in target/diskless/boot. Its MAC address is "
            + node.mac().toColonDelimitedString();
    return progress
        .missingFile()
        .map(file -> new Diagnosis("the " + progress.server() + " server has no " + file, where))
        .orElse(told(progress, where));
  }

  private static Diagnosis noRoot(Cluster cluster, Node node, NodeProgress progress) {
    if (!progress.refusedMounts().isEmpty()) {
      return new Diagnosis(
          "the master rejects its mount of " + String.join(", ", progress.refusedMounts()),
          "check that it is exported to %s: %s"
              .formatted(node.address(), show(cluster, exportsFile(cluster))));
    }
    return told(
        progress,
        progress.telling().stream().anyMatch(Diagnosis::isNoKernel)
            ? "put the complete file of the kernel package into the image"
            : progress.telling().stream().anyMatch(l -> l.contains("memory"))
                ? "increase -Ddiskless.boot.memory"
                : "");
  }

  /**
   * Whether PXELINUX reports a kernel that is not valid. For a truncated file, the message depends
   * on the contents of the memory behind it.
   */
  private static boolean isNoKernel(String line) {
    return line.contains("corrupt kernel") || line.contains("Booting kernel failed");
  }

  private static Diagnosis noTarget(NodeProgress progress) {
    if (!progress.jobs().isEmpty()) {
      return new Diagnosis(
          "it waits for " + progress.jobs(),
          "find out what the unit waits for. TimeoutStartSec= of systemd.service(5) limits"
              + " the time");
    }
    return told(progress, "");
  }

  private static Diagnosis told(NodeProgress progress, String remedy) {
    return progress.telling().isEmpty()
        ? NONE
        : new Diagnosis("its console reports: " + String.join(" / ", progress.telling()), remedy);
  }

  private static String dhcpFile(Cluster cluster) {
    return switch (cluster.master().dhcp()) {
      case ISC -> "etc/dhcp/dhcpd.conf";
      case KEA -> "etc/kea/kea-dhcp4.conf";
      case DNSMASQ -> "etc/dnsmasq.d/diskless.conf";
    };
  }

  private static String exportsFile(Cluster cluster) {
    return switch (cluster.master().nfs()) {
      case KERNEL -> "etc/exports.d/diskless.exports";
      case GANESHA -> "etc/ganesha/ganesha.conf";
    };
  }

  private static String show(Cluster cluster, String file) {
    // A lab has one master; where the descriptor has several, each network has its own.
    boolean several = cluster.networks().stream().anyMatch(n -> n.master().isPresent());
    return "mvn -q diskless:show%s -Ddiskless.file=%s"
        .formatted(several ? " -Ddiskless.master=" + cluster.master().name() : "", file);
  }
}
