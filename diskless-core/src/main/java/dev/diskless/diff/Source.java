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

  /** Takes a file's content. */
  @FunctionalInterface
  interface Sink {
    void accept(TreePath name, InputStream content) throws IOException;
  }

  /** What is below {@code META-INF/diskless}, by the paths there. */
  Map<String, byte[]> meta() throws IOException;

  /**
   * Hands over the files that have these names and are there, in no order. Of several names of one
   * file it may know only one.
   */
  void read(Set<TreePath> names, Sink sink) throws IOException;

  /** Returns the remedy for a damaged source. */
  String remedy();

  /** A bundle's file. */
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

  /** A release's folder on a master. */
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
        // What only root may read is not shown to anybody, so who runs this may be somebody else.
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
