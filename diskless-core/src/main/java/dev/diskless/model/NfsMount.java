package dev.diskless.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * File system that a node mounts over NFS. The fstab of the node and the exports of the master both
 * come from this list, so that they always agree.
 *
 * @param use purpose of the mount
 * @param server the address or name of the NFS server
 * @param source absolute; what the server exports
 * @param target absolute; where the node mounts it
 * @param access of the node
 * @param options options of nfs(5) from the descriptor, in addition to those that follow from the
 *     access
 * @param squash which client users the server maps to "nobody"
 */
public record NfsMount(
    Use use,
    String server,
    String source,
    String target,
    Access access,
    List<String> options,
    Squash squash) {

  /** Purpose of a mount. */
  public enum Use {
    /** Complete root tree of the node, mounted by the kernel or the initramfs. */
    ROOT,
    /** Read-only part of the root, which the initramfs mounts or copies. */
    LOWER,
    /** Tree with the node's private directories, which the initramfs mounts in a read-only root. */
    PRIVATE,
    /** Data that outlives releases and reboots of the node. Only this node mounts it. */
    STATE,
    /** Data of the master that many nodes share. */
    SHARED,
    /** Directory of the master in which all nodes write their system logs. */
    LOG,
    /** Data of another file server. */
    FOREIGN
  }

  public NfsMount {
    Objects.requireNonNull(use, "use");
    Objects.requireNonNull(server, "server");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(access, "access");
    options = List.copyOf(options);
    Objects.requireNonNull(squash, "squash");
  }

  /** Returns all mounts of a node, in the order of mounting. */
  public static List<NfsMount> of(Cluster cluster, Node node) {
    String server = cluster.masterOf(node).address().toString();
    List<NfsMount> all = new ArrayList<>(rootParts(cluster, node, server));
    if (!node.group().keeping().state().isEmpty()) {
      all.add(
          new NfsMount(
              Use.STATE,
              server,
              cluster.release().state(node),
              ReleaseLayout.STATE_ON_NODE,
              Access.READ_WRITE,
              List.of(),
              Squash.NONE));
    }
    if (node.group().log() == CentralLog.SHARED) {
      all.add(
          new NfsMount(
              Use.LOG,
              server,
              CentralLog.SHARED_DIRECTORY,
              "/var/log",
              Access.READ_WRITE,
              List.of(),
              Squash.NONE));
    }
    for (Mount mount : node.group().mounts()) {
      all.add(
          mount.from().map(from -> foreign(mount, from)).orElseGet(() -> ofMaster(server, mount)));
    }
    return List.copyOf(all);
  }

  private static List<NfsMount> rootParts(Cluster cluster, Node node, String server) {
    ReleaseLayout release = cluster.release();
    Group group = node.group();
    return switch (group.root()) {
      case FULL -> List.of(own(server, Use.ROOT, release.fullTree(node)));
      case OVERLAY -> overLayers(release, node, server, release.image(group.image()));
      case SHARED -> {
        List<NfsMount> parts =
            new ArrayList<>(overLayers(release, node, server, release.image(group.image())));
        parts.add(own(server, Use.PRIVATE, release.privateTree(node)));
        yield parts;
      }
      case RAM -> overLayers(release, node, server, release.ramImage(group.image()));
    };
  }

  private static NfsMount own(String server, Use use, String source) {
    return new NfsMount(use, server, source, "/", Access.READ_WRITE, List.of(), Squash.NONE);
  }

  private static List<NfsMount> overLayers(
      ReleaseLayout release, Node node, String server, String image) {
    return List.of(
        lower(server, image),
        lower(server, release.groupLayer(node.group().name())),
        lower(server, release.nodeLayer(node.name())));
  }

  private static NfsMount lower(String server, String source) {
    return new NfsMount(Use.LOWER, server, source, "/", Access.READ_ONLY, List.of(), Squash.NONE);
  }

  private static NfsMount ofMaster(String server, Mount mount) {
    return new NfsMount(
        Use.SHARED,
        server,
        mount.path(),
        mount.path(),
        mount.access(),
        mount.options(),
        mount.squash());
  }

  private static NfsMount foreign(Mount mount, String from) {
    int colon = from.indexOf(":/");
    if (colon <= 0) {
      throw new IllegalArgumentException("not server:/path: " + from);
    }
    return new NfsMount(
        Use.FOREIGN,
        from.substring(0, colon),
        from.substring(colon + 1),
        mount.path(),
        mount.access(),
        mount.options(),
        mount.squash());
  }

  /** Whether the master has to export it. */
  public boolean isFromMaster() {
    return use != Use.FOREIGN;
  }

  /**
   * Whether the mount is a part of the node's own system: its root, its state or its log. Root of
   * the node must then be root on the server. Otherwise it could not read private files of a root
   * tree, and syslogd could not write.
   */
  public boolean isOfTheSystem() {
    return use != Use.SHARED && use != Use.FOREIGN;
  }

  /** Returns the value of the option {@code sec} (nfs(5)): {@code krb5p}, or a list with colons. */
  Optional<String> security() {
    return options.stream()
        .filter(o -> o.startsWith("sec="))
        .map(o -> o.substring("sec=".length()))
        .findFirst();
  }
}
