package dev.diskless.it;

import dev.diskless.testing.Shell;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A bundle as a master sees it: through GNU tar, zstd and gzip, and not through our own code. */
public final class Bundle {

  private final Path file;

  private Bundle(Path file) {
    this.file = file;
  }

  /**
   * The one bundle in the {@code target} of a project.
   *
   * @throws AssertionError if there is none, or more than one
   */
  public static Bundle of(File project) throws IOException {
    Path target = project.toPath().resolve("target");
    try (Stream<Path> files = Files.list(target)) {
      List<Path> bundles =
          files.filter(f -> f.getFileName().toString().contains("-tftpboot.tar.")).toList();
      if (bundles.size() != 1) {
        throw new AssertionError("one bundle expected in " + target + ", found " + bundles);
      }
      return new Bundle(bundles.get(0));
    }
  }

  /** A bundle by its file. */
  public static Bundle at(File file) {
    if (!file.isFile()) {
      throw new AssertionError("no bundle " + file);
    }
    return new Bundle(file.toPath());
  }

  public String fileName() {
    return file.getFileName().toString();
  }

  /** In bytes. */
  public long size() throws IOException {
    return Files.size(file);
  }

  /** The SHA-256 of the file, in hexadecimal. */
  public String sha256() throws IOException, InterruptedException {
    return Shell.output("sha256sum", file.toString()).split(" ")[0];
  }

  /** The paths of all entries in their order; directories end in a slash. */
  public List<String> names() throws IOException, InterruptedException {
    return Shell.output("tar", "--quoting-style=literal", "-tf", file.toString()).lines().toList();
  }

  public boolean holds(String path) throws IOException, InterruptedException {
    List<String> names = names();
    return names.contains(path) || names.contains(path + "/");
  }

  /** The line of {@code tar -tv} for one entry, owner and group as numbers. */
  public String listing(String path) throws IOException, InterruptedException {
    return Shell.output("tar", "--numeric-owner", "--no-recursion", "-tvf", file.toString(), path)
        .strip();
  }

  /** The content of a file in it. */
  public String text(String path) throws IOException, InterruptedException {
    return Shell.output("tar", "-xOf", file.toString(), path);
  }

  /**
   * Installs it below a directory, with the script that it brings, the way a master does it.
   *
   * @return the release
   */
  public File install(File destination) throws IOException, InterruptedException {
    Files.createDirectories(destination.toPath());
    Shell.sh(
        "tar -xOf \"$1\" META-INF/diskless/install | python3 - --destdir \"$2\" \"$1\"",
        file,
        destination);
    return destination.toPath().resolve("tftpboot").toRealPath().toFile();
  }
}
