package dev.diskless.master;

import dev.diskless.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds directories of nodes on a file system that also has files of the master's own system. The
 * master exports with no_subtree_check, so the NFS server checks only the file system of a file
 * handle. Root of a node can guess the handles of all other files there.
 */
final class SharedFileSystems {

  private static final List<String> SYSTEM = List.of("/", "/etc", "/usr", "/var");

  private final Path root;
  private final MountTable mounts;

  /**
   * @param root directory that contains the master's file system; usually {@code /}
   * @param mounts with the paths of this machine, {@code root} included
   */
  SharedFileSystems(Path root, MountTable mounts) {
    this.root = root;
    this.mounts = mounts;
  }

  /**
   * @param isAccepted whether the administrator accepts the risk, so that errors become warnings
   */
  List<Problem> problems(List<ServedDirectory> directories, boolean isAccepted) throws IOException {
    List<Problem> problems = new ArrayList<>();
    List<String> readable = new ArrayList<>();
    for (ServedDirectory directory : directories) {
      Optional<String> shared = systemDirectoryBeside(directory.path());
      if (shared.isPresent() && directory.isWritable()) {
        String what =
            "%s: nodes can write this directory, which is on the file system of the master's %s (%s)."
                    .formatted(directory.path(), shared.get(), source(directory.path()))
                + " Root of a node can guess NFS file handles of all files there";
        String remedy =
            "mount a separate volume at %s (docs/security.md has the commands)"
                .formatted(directory.volume());
        problems.add(
            isAccepted
                ? Problem.warning(what, remedy)
                : Problem.error(
                    what, remedy + ", or accept the risk: -Ddiskless.acceptSharedFileSystem"));
      } else if (shared.isPresent()) {
        readable.add(directory.path());
      }
    }
    if (!readable.isEmpty()) {
      problems.add(
          Problem.warning(
              String.join(", ", readable)
                  + ": nodes can read these directories, which are on a file system of the"
                  + " master's own system. Root of a node can guess NFS file handles, and read all"
                  + " files there",
              "serve them from a separate volume (docs/security.md has the commands)"));
    }
    return problems;
  }

  private Optional<String> systemDirectoryBeside(String path) throws IOException {
    String device = mounts.at(existing(path)).device();
    for (String system : SYSTEM) {
      if (mounts.at(existing(system)).device().equals(device)) {
        return Optional.of(system);
      }
    }
    return Optional.empty();
  }

  private String source(String path) throws IOException {
    return mounts.at(existing(path)).source();
  }

  /** A directory that is missing will be made on the file system of its nearest parent. */
  private Path existing(String path) throws IOException {
    Path there = root.resolve(path.substring(1));
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    return there.toRealPath();
  }
}
