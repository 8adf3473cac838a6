package dev.diskless.files;

import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileContent;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.RawPaths;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;

/**
 * Reads a folder as a layer. All entries belong to root. Files have the mode 0644, or 0755 if their
 * owner may execute them. Rules override these attributes. Directories of the image keep their
 * owner and mode, because a checkout contains neither. An empty file {@code .wh.NAME} deletes
 * {@code NAME}, as in the OCI image specification.
 */
final class LayerFolder extends SimpleFileVisitor<Path> {

  /** File that keeps an empty folder in git. It is never part of a layer. */
  static final String PLACEHOLDER = ".gitkeep";

  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private static final int OWNER_EXECUTES = 0100;

  private final String name;
  private final Instant timestamp;
  private final Problems problems;
  private final Layer.Builder layer;
  private Path top;

  LayerFolder(String name, Instant timestamp, Problems problems) {
    this.name = name;
    this.timestamp = timestamp;
    this.problems = problems;
    this.layer = Layer.builder(name);
  }

  Layer read(Path folder) throws IOException {
    top = folder.toAbsolutePath();
    if (!Files.isDirectory(folder)) {
      problems.add(
          Problem.error(
              Location.of(name), "this is a file", "put the files of this layer into a folder"));
      return layer.build();
    }
    Files.walkFileTree(top, this);
    return layer.build();
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    if (!directory.equals(top)) {
      TreePath path = treePath(directory);
      Entry made = Entry.directory(path, Metadata.root(0755, timestamp), name);
      layer.ensure(made);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    TreePath path = treePath(file);
    String fileName = path.rawName();
    if (fileName.equals(PLACEHOLDER)) {
      return FileVisitResult.CONTINUE;
    }
    if (fileName.startsWith(WHITEOUT)) {
      deletion(path, attributes);
    } else if (attributes.isSymbolicLink()) {
      String target = rawTarget(Files.readSymbolicLink(file));
      layer.add(Entry.symlink(path, Metadata.root(0777, timestamp), target, name));
    } else if (attributes.isRegularFile()) {
      Metadata standard = Metadata.root(isExecutable(file) ? 0755 : 0644, timestamp);
      layer.add(
          Entry.file(
              path,
              standard,
              new FileContent(file, attributes.size(), null, Optional.of(digest(file))),
              name));
    } else {
      problems.add(
          Problem.error(
              location(path),
              "this is not a file, directory or symbolic link",
              "create devices and fifos on the node with tmpfiles.d(5)"));
    }
    return FileVisitResult.CONTINUE;
  }

  private void deletion(TreePath whiteout, BasicFileAttributes attributes) {
    String hidden = whiteout.rawName().substring(WHITEOUT.length());
    if (whiteout.rawName().equals(OPAQUE)) {
      problems.add(
          Problem.error(
              location(whiteout),
              "an opaque directory is not supported",
              "delete each file with an empty file .wh.NAME"));
    } else if (hidden.isEmpty() || attributes.size() > 0) {
      problems.add(
          Problem.error(
              location(whiteout),
              "a deletion must be an empty file with the name .wh.NAME",
              "empty the file, or give it another name"));
    } else if (hidden.chars().anyMatch(c -> c < ' ')) {
      problems.add(
          Problem.error(
              location(whiteout),
              "a name with control characters cannot be deleted by a layer",
              "rename it in the image"));
    } else {
      layer.delete(whiteout.parentOrRoot().resolve(TreePath.ofRaw(hidden)));
    }
  }

  private Location location(TreePath path) {
    return Location.of(name + path);
  }

  private TreePath treePath(Path file) {
    return TreePath.ofRaw(RawPaths.raw(file).substring(RawPaths.raw(top).length()));
  }

  private static String rawTarget(Path target) {
    return target.isAbsolute()
        ? RawPaths.raw(target)
        : RawPaths.raw(Path.of("/").resolve(target)).substring(1);
  }

  /** Returns whether the owner may execute a file; false if the file system has no modes. */
  private static boolean isExecutable(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return false;
    }
    return ((Integer) Files.getAttribute(file, "unix:mode") & OWNER_EXECUTES) != 0;
  }

  private static Digest digest(Path file) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
      }
    }
    return Digest.of(sha256);
  }
}
