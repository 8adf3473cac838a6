package dev.diskless.master;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.bundle.PythonProgram;
import dev.diskless.host.Command;
import dev.diskless.host.Command.Output;
import dev.diskless.problem.ProblemException;
import dev.diskless.tree.Digest;
import dev.diskless.tree.SparseDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A directory on the master that a node can write. Root on the node can replace any name below the
 * directory at any time, also between two system calls of the master. Only this class knows the
 * directory's path. It gives the path to the program {@code nodefiles}, which opens each component
 * relative to the directory before and never follows links (src/main/python).
 */
public final class NodeFiles {

  private static final List<String> PARTS =
      List.of("nodepath", "sparse", "nodecopy", "nodefiles", "nodesizes", "nodegoals");

  /** A bundle of another builder must not name a path here. */
  private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f][0-9A-Fa-f:.]*");

  private static final Path NOTHING = Path.of("/dev/null");

  private final Path root;

  private NodeFiles(Path root) {
    this.root = root;
  }

  /**
   * The tree that a node writes into.
   *
   * @param address the node's address, which names the tree
   * @return empty if the release has no such tree
   */
  static Optional<NodeFiles> tree(MasterHost host, String version, String address) {
    if (!ADDRESS.matcher(address).matches()) {
      return Optional.empty();
    }
    Path root = host.release(version).resolve(address);
    return Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(new NodeFiles(root))
        : Optional.empty();
  }

  /**
   * Reads all entries below the directory, on the same file system.
   *
   * @param output gets for each entry the words TYPE MODE UID GID SIZE MTIME NLINK DEVICE:INODE
   *     BLOCKS, then the target of a link, then the path
   */
  void list(Output output) throws IOException {
    run(List.of("list", root.toString()), NOTHING, output);
  }

  /**
   * Reads regular files.
   *
   * @param paths below the directory, one byte a char
   * @param isSparse whether to calculate {@link SparseDigest} instead of the SHA-256 of all bytes
   * @return the digest of each path; without paths that are not regular files any more
   */
  Map<String, Digest> digests(Collection<String> paths, boolean isSparse) throws IOException {
    Map<String, Digest> digests = new HashMap<>();
    if (paths.isEmpty()) {
      return digests;
    }
    Path input = Files.createTempFile("diskless-paths", "");
    try {
      Files.writeString(input, String.join("\0", paths) + "\0", ISO_8859_1);
      run(
          List.of(isSparse ? "sparsedigest" : "digest", root.toString()),
          input,
          in -> {
            for (String path : paths) {
              String digest = NulText.next(in);
              if (digest != null && !digest.equals("-")) {
                digests.put(path, new Digest(digest, isSparse));
              }
            }
          });
    } finally {
      Files.delete(input);
    }
    return digests;
  }

  /**
   * Unpacks an archive beside the directory and moves its entries into the directory.
   *
   * @param archive a tar file
   * @param folder absolute path on the node; it is made if it is missing
   * @throws ProblemException if a component of the folder is not a directory
   */
  public void unpack(Path archive, String folder) throws IOException {
    run(List.of("unpack", root.toString(), folder), archive, in -> {});
  }

  /**
   * Measures directories that contain directories of nodes.
   *
   * @param roots paths that nodes cannot write
   * @param hasExtents whether extents that files share are reported
   * @param output gets lines "root NUMBER BYTES", "link NUMBER DEVICE:INODE BYTES" and "span NUMBER
   *     START END"; the number is the index in {@code roots}
   */
  static void measure(List<Path> roots, boolean hasExtents, Output output) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("measure"));
    if (hasExtents) {
      arguments.add("--extents");
    }
    roots.forEach(r -> arguments.add(r.toString()));
    run(arguments, NOTHING, output);
  }

  private static void run(List<String> arguments, Path input, Output output) throws IOException {
    Path program = Files.createTempFile("diskless-nodefiles", ".py");
    try {
      Files.writeString(
          program,
          PythonProgram.of("Reads and writes directories of nodes.\n", PARTS, "nodefiles_main"),
          UTF_8);
      // Isolated mode without site: modules beside the program or of other packages do not matter.
      List<String> words = new ArrayList<>(List.of("python3", "-I", "-S", program.toString()));
      words.addAll(arguments);
      Command.Result result = Command.of(words).reading(input).read(ISO_8859_1, output);
      if (result.code() != 0) {
        throw new ProblemException(
            result.lines().isEmpty()
                ? "nodefiles ended with status " + result.code()
                : String.join("\n", result.lines()).strip(),
            "Remove the obstacle on the node, or choose another path.");
      }
    } catch (Command.CannotStart e) {
      throw new ProblemException(
          "cannot run python3: " + e.getMessage(),
          "Install Python 3.6 or newer on the master (package python3).");
    } finally {
      Files.delete(program);
    }
  }

  /** The path, for messages only. */
  @Override
  public String toString() {
    return root.toString();
  }
}
