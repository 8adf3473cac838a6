package dev.diskless.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A file system that nodes mount over NFS.
 *
 * @param path absolute; where the node mounts it
 * @param from {@code server:/path} of a file server that is not the master; empty where the master
 *     exports the very same path
 * @param access of the node
 * @param options of nfs(5), beside those that follow from the access
 * @param squash which users of a node the master maps to "nobody"; other file servers have their
 *     own exports
 */
public record Mount(
    String path,
    Optional<String> from,
    @Key(defaultsTo = "ro") Access access,
    List<String> options,
    @Key(defaultsTo = "root") Squash squash) {

  /** Directories that contain programs and libraries of a running node. */
  private static final Set<String> RUNNING =
      Set.of(
          "/usr",
          "/bin",
          "/sbin",
          "/lib",
          "/lib64",
          "/usr/bin",
          "/usr/sbin",
          "/usr/lib",
          "/usr/lib64");

  /** Creates a mount for which the master maps root of a node to "nobody". */
  public Mount(String path, Optional<String> from, Access access, List<String> options) {
    this(path, from, access, options, Squash.ROOT);
  }

  public Mount {
    if (!path.startsWith("/") || path.length() > 1 && path.endsWith("/")) {
      throw new IllegalArgumentException(
          "not an absolute path without a slash at its end: " + path);
    }
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(access, "access");
    options = List.copyOf(options);
    Objects.requireNonNull(squash, "squash");
  }

  /** Whether the mount point hides programs and libraries of a running node. */
  public boolean hidesPrograms() {
    return RUNNING.contains(path);
  }

  /** Whether the mount hides a path of the node. */
  public boolean hides(String other) {
    return other.startsWith(path + "/");
  }

  /** Whether the master exports the file system. */
  public boolean isFromMaster() {
    return from.isEmpty();
  }
}
