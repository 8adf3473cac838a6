package dev.diskless.diff;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.bundle.BundleReader;
import dev.diskless.tree.RawPaths;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reader of the files of a version. */
interface Source {

  /** Receiver of the content of files. */
  @FunctionalInterface
  interface Sink {
    void accept(TreePath name, InputStream content) throws IOException;
  }

  /** Returns the content of each file below {@code META-INF/diskless}, by its path there. */
  Map<String, byte[]> meta() throws IOException;

  /**
   * Passes the files with these names to the sink, in any order. Files that do not exist are left
   * out. A source may know only one of several hard links of a file.
   */
  void read(Set<TreePath> names, Sink sink) throws IOException;

  /** Returns the remedy for a damaged source. */
  String remedy();

  /**
   * Bundle, read from its file.
   *
   * @param file path of the bundle
   */
  record Bundle(Path file) implements Source {

    @Override
    public Map<String, byte[]> meta() throws IOException {
      return BundleReader.meta(file);
    }

    @Override
    public void read(Set<TreePath> names, Sink sink) throws IOException {
      BundleReader.forEach(
          file,
          names,
          (f, content) -> {
            if (!f.isSparse()) {
              sink.accept(f.name(), content);
            }
          });
    }

    @Override
    public String remedy() {
      return "fetch it again, or package it again";
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * Release that is installed on a master.
   *
   * @param folder folder of the release
   */
  record Release(Path folder) implements Source {

    @Override
    public Map<String, byte[]> meta() throws IOException {
      Path meta = folder.resolve(BundleLayout.META.raw());
      Map<String, byte[]> files = new TreeMap<>();
      try (Stream<Path> all = Files.walk(meta)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          files.put(meta.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
      return files;
    }

    @Override
    public void read(Set<TreePath> names, Sink sink) throws IOException {
      for (TreePath name : names) {
        Path file = folder.resolve(RawPaths.path(name.raw()));
        // The report never shows files that only root may read, so other users can compare too.
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.isReadable(file)) {
          try (InputStream content = Files.newInputStream(file)) {
            sink.accept(name, content);
          }
        }
      }
    }

    @Override
    public String remedy() {
      return "activate it again from its bundle";
    }

    @Override
    public String toString() {
      return folder.toString();
    }
  }
}
