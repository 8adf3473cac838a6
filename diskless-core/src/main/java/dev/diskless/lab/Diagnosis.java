package dev.diskless.lab;

import dev.diskless.model.Cluster;
import dev.diskless.model.Node;

/**
 * Why a node came no further, as far as it is known.
 *
 * @param what in words for people; empty where nothing is known
 * @param remedy what to do; empty where nothing can be advised
 */
record Diagnosis(String what, String remedy) {

  private static final Diagnosis NONE = new Diagnosis("", "");

  /**
   * @param check that runs, if one does
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
      return new Diagnosis("the master heard nothing of " + mac, "");
    }
    return new Diagnosis(
        progress
            .otherAddress()
            .map(
                a ->
                    "the DHCP server offered %s to %s, as to a machine that it does not know"
                        .formatted(a, mac))
            .orElse("the DHCP server was asked by %s and had no address for it".formatted(mac)),
        "see that its configuration has that MAC: " + show(cluster, dhcpFile(cluster)));
  }

  private static Diagnosis noLoader(Cluster cluster, NodeProgress progress) {
    String where = show(cluster, dhcpFile(cluster));
    return progress
        .missingFile()
        .map(
            file ->
                new Diagnosis(
                    "the " + progress.server() + " server has no " + file,
                    "see which loader the DHCP server names: " + where))
        .orElse(
            new Diagnosis(
                "it asked the TFTP server for nothing",
                "see which loader the DHCP server names for its firmware: " + where));
  }

  private static Diagnosis noKernel(Node node, NodeProgress progress) {
    String where =
        "see what its loader is told, in target/diskless/boot: its MAC is "
            + node.mac().toColonDelimitedString();
    return progress
        .missingFile()
        .map(file -> new Diagnosis("the " + progress.server() + " server has no " + file, where))
        .orElse(told(progress, where));
  }

  private static Diagnosis noRoot(Cluster cluster, Node node, NodeProgress progress) {
    if (!progress.refusedMounts().isEmpty()) {
      return new Diagnosis(
          "the master does not let it mount " + String.join(", ", progress.refusedMounts()),
          "see that it is exported to %s: %s"
              .formatted(node.address(), show(cluster, exportsFile(cluster))));
    }
    return told(
        progress,
        progress.telling().stream().anyMatch(Diagnosis::isNoKernel)
            ? "put the whole file of the kernel package into the image"
            : progress.telling().stream().anyMatch(l -> l.contains("memory"))
                ? "give it more with -Ddiskless.boot.memory"
                : "");
  }

  /**
   * Of a file that is cut off, PXELINUX reads on in whatever the memory has, and says the one or
   * the other.
   */
  private static boolean isNoKernel(String line) {
    return line.contains("corrupt kernel") || line.contains("Booting kernel failed");
  }

  private static Diagnosis noTarget(NodeProgress progress) {
    if (!progress.jobs().isEmpty()) {
      return new Diagnosis(
          "it waits for " + progress.jobs(),
          "see what the unit waits for; TimeoutStartSec= of systemd.service(5) ends that");
    }
    return told(progress, "");
  }

  private static Diagnosis told(NodeProgress progress, String remedy) {
    return progress.telling().isEmpty()
        ? NONE
        : new Diagnosis("its console says: " + String.join(" / ", progress.telling()), remedy);
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
