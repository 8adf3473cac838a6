package dev.diskless.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Line of fstab(5). The fields for dump and fsck are always 0, because no line is for a local disk.
 *
 * @param spec device or remote file system
 * @param file mount point, absolute
 * @param type of the file system
 * @param options at least one
 */
public record FstabLine(String spec, String file, String type, List<String> options) {

  public FstabLine {
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(type, "type");
    options = List.copyOf(options);
    if (options.isEmpty()) {
      throw new IllegalArgumentException("no options for " + file);
    }
  }

  /**
   * Options with which the client stops waiting for a server that does not answer. Data that is
   * being written is then lost.
   */
  private static final List<String> SOFT = List.of("soft", "softerr");

  /** Minutes of one week, the unit of the option retry (nfs(5)). */
  private static final int WEEK = 7 * 24 * 60;

  /** Options of mounts that the initramfs has made, equal to those of the initramfs (BootEntry). */
  private static final List<String> OF_THE_ROOT = List.of("hard", "nolock", "vers=3", "tcp");

  /**
   * Returns the lines of a node, in the order of mounting. Read-only parts of a root are not
   * included, because the initramfs mounts them, and no program may change them later.
   */
  public static List<FstabLine> of(Cluster cluster, Node node) {
    Stream<FstabLine> overNfs =
        NfsMount.of(cluster, node).stream()
            .filter(m -> m.use() != NfsMount.Use.LOWER)
            .flatMap(
                m ->
                    switch (m.use()) {
                      case PRIVATE -> folders(m);
                      case STATE -> state(m, node);
                      default -> Stream.of(of(m));
                    });
    return (cluster.profile() == Profile.MOSIX ? Stream.concat(overNfs, Stream.of(MFS)) : overNfs)
        .toList();
  }

  /** File systems of all members in one directory, as MOSIX shows them. */
  private static final FstabLine MFS = new FstabLine("mfs_mnt", "/mfs", "mfs", List.of("dfsa=1"));

  /**
   * Returns the mounts for the state of a node: one directory for all, and one bind mount for each
   * path. NFS cannot mount a single file.
   *
   * <p>The network is up from the start, and services need the state. {@code x-initrd.mount} makes
   * systemd mount it early and unmount it at the very end (systemd.mount(5)). Locks are local,
   * because only this node mounts the directory. The client waits for a master that is down, as for
   * the root itself. {@code X-mount.mkdir} is for systems without systemd (mount(8)).
   */
  private static Stream<FstabLine> state(NfsMount kept, Node node) {
    List<String> early =
        List.of(
            "x-initrd.mount",
            "x-systemd.before=local-fs.target",
            "x-systemd.required-by=local-fs.target");
    List<String> options = new ArrayList<>(List.of(kept.access().keyword()));
    options.addAll(OF_THE_ROOT);
    options.add("retry=" + WEEK);
    options.add("X-mount.mkdir");
    options.add("x-systemd.mount-timeout=0");
    options.addAll(early);
    List<String> bound = new ArrayList<>(List.of("bind"));
    bound.addAll(early);
    return Stream.concat(
        Stream.of(
            new FstabLine(kept.server() + ":" + kept.source(), kept.target(), "nfs", options)),
        node.group().keeping().state().stream()
            .map(path -> new FstabLine(kept.target() + path, path, "none", bound)));
  }

  /**
   * Returns the private directories of a node, which exist before init starts. Without {@code
   * x-initrd.mount}, systemd would order them after the network, and unmount them while programs
   * still write there (systemd.mount(5)).
   */
  private static Stream<FstabLine> folders(NfsMount tree) {
    List<String> options = new ArrayList<>(List.of(tree.access().keyword()));
    options.addAll(OF_THE_ROOT);
    options.add("x-initrd.mount");
    return ReleaseLayout.PRIVATE_FOLDERS.stream()
        .map(
            folder ->
                new FstabLine(
                    tree.server() + ":" + tree.source() + "/" + folder,
                    "/" + folder,
                    "nfs",
                    options));
  }

  private static FstabLine of(NfsMount mount) {
    List<String> options = new ArrayList<>();
    options.add(mount.access().keyword());
    if (mount.use() == NfsMount.Use.ROOT) {
      // systemd remounts the root with these; the kernel refuses any that change what
      // BootEntry's nfsroot= mounted.
      options.addAll(OF_THE_ROOT);
    } else {
      options.add(
          mount.options().stream()
              .filter(o -> SOFT.contains(o) && mount.access() == Access.READ_ONLY)
              .findFirst()
              .orElse("hard"));
      options.add("_netdev");
      mount.options().stream()
          .filter(o -> !SOFT.contains(o) && !List.of("hard", "_netdev", "ro", "rw").contains(o))
          .forEach(options::add);
    }
    return new FstabLine(mount.server() + ":" + mount.source(), mount.target(), "nfs", options);
  }

  /** Returns the line, with 0 for dump and 0 for the pass of fsck. */
  @Override
  public String toString() {
    return escape(spec)
        + " "
        + escape(file)
        + " "
        + type
        + " "
        + escape(String.join(",", options))
        + " 0 0";
  }

  /** Returns a field in the form that fstab(5) reads. */
  public static String escape(String field) {
    return OctalEscapes.escape(field, " \t\n\\#");
  }
}
