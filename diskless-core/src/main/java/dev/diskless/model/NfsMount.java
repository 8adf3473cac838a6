package dev.diskless.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One file system that a node mounts over NFS. Its fstab and the master's exports both come from
 * this one list, so that they cannot disagree.
 *
 * @param use what the node needs it for
 * @param server the address or name of the NFS server
 * @param source absolute; what the server exports
 * @param target absolute; where the node mounts it
 * @param access of the node
 * @param options of nfs(5) that the descriptor asks for, beside those that follow from the access
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

  /** What a node mounts a file system for. */
  public enum Use {
    /** Its own complete root tree, mounted by the kernel or the initramfs. */
    ROOT,
    /** A read-only part of its root, mounted by the initramfs, or copied from there by it. */
    LOWER,
    /** The tree of its own folders, which the initramfs mounts in a root that is read-only. */
    PRIVATE,
    /** What outlives releases and reboots of the node, which only it mounts. */
    STATE,
    /** Data of the master that many nodes share. */
    SHARED,
    /** One folder of the master that all nodes write their system log into. */
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

  /** Everything that a node mounts, in the order of mounting. */
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
   * Whether it is a part of the node's own system, and no data: of its root, what is kept of it, or
   * its log. There root on the node is root on the server: without that, it could not read the
   * private files of a root tree, and syslogd could not write.
   */
  public boolean isOfTheSystem() {
    return use != Use.SHARED && use != Use.FOREIGN;
  }

  /** What its options say of security, as nfs(5) does: {@code krb5p}, or a list with colons. */
  Optional<String> security() {
    return options.stream()
        .filter(o -> o.startsWith("sec="))
        .map(o -> o.substring("sec=".length()))
        .findFirst();
  }
}
