package dev.diskless.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A line of fstab(5). Neither dump nor fsck is ever asked for: nothing here is a local disk.
 *
 * @param spec what is mounted
 * @param file where it is mounted, absolute
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

  /** What gives up on a server that does not answer; what is being written is lost then. */
  private static final List<String> SOFT = List.of("soft", "softerr");

  /** In minutes, as nfs(5) counts retries. */
  private static final int WEEK = 7 * 24 * 60;

  /** Options of what the initramfs has mounted, as it has mounted it (BootEntry and our module). */
  private static final List<String> OF_THE_ROOT = List.of("hard", "nolock", "vers=3", "tcp");

  /**
   * The lines of a node, in the order of mounting. The read-only parts of a root are not among
   * them: the initramfs mounts them, and nothing may touch them later.
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

  /** The file systems of all members as MOSIX shows them below one folder. */
  private static final FstabLine MFS = new FstabLine("mfs_mnt", "/mfs", "mfs", List.of("dfsa=1"));

  /**
   * The network is there from the start, so these need not wait for it, and nothing of the system
   * runs before them: {@code x-initrd.mount} has systemd order them after no network and unmount
   * them at the very end, and local-fs.target needs them (systemd.mount(5)). A directory for all
   * and a bind mount each, for NFS mounts no single file. Locks are the node's own: nobody else
   * mounts it. A master that is not there is waited for, as the root itself would. {@code
   * X-mount.mkdir} is for those without systemd (mount(8)).
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
   * They are there before init starts. systemd would make units of them by itself, unmount them
   * while programs still write there, and order them after the network: {@code x-initrd.mount} says
   * that they stay to the end (systemd.mount(5)).
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

  /** The line, with 0 for dump and 0 for the pass of fsck. */
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

  /** A field as fstab(5) reads it. */
  public static String escape(String field) {
    return OctalEscapes.escape(field, " \t\n\\#");
  }
}
