package dev.diskless.boot;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Content;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileContent;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real kernel, of Debian's package, unpacked by src/prerequisites.sh. */
final class DebianKernel {

  private static final Path ROOT =
      Path.of(System.getProperty("user.home"), ".cache/diskless/test-kernel");

  private DebianKernel() {}

  /** Skips the test where there is none. */
  static Path root() {
    assumeTrue(
        Files.isDirectory(ROOT.resolve("boot")),
        "no kernel of Debian at " + ROOT + ": src/test.sh puts one there");
    return ROOT;
  }

  static Path kernel() throws IOException {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(root().resolve("boot"), "vmlinuz-*")) {
      return found.iterator().next();
    }
  }

  static Path configuration() throws IOException {
    return kernel().resolveSibling("config-" + release());
  }

  static String release() throws IOException {
    return kernel().getFileName().toString().substring("vmlinuz-".length());
  }

  static Content content(Path file) throws IOException {
    return new FileContent(file, Files.size(file));
  }

  /** Everything in it, under a root; the modules of its release stand under another one's name. */
  static FileTree tree(String modulesRelease) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Path root = root();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        String path = root.relativize(file).toString();
        if (path.startsWith("boot/") || path.startsWith("lib/modules/")) {
          String as =
              path.replace("lib/modules/" + release() + "/", "lib/modules/" + modulesRelease + "/");
          entries.add(file(as, content(file)));
        }
      }
    }
    return FileTree.of(entries);
  }

  static Entry file(String path, Content content) {
    return Entry.file(TreePath.of(path), Metadata.root(0644, Instant.EPOCH), content, "image test");
  }

  static Entry file(String path, byte[] content) {
    return file(path, new BytesContent(content));
  }
}
