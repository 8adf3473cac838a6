package dev.diskless.tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Trees and layers in a file. */
public final class TreeIndex {

  private TreeIndex() {}

  public static void write(Path file, Iterable<Layer> layers) throws IOException {
    throw new UnsupportedOperationException();
  }

  public static void forEach(Path file, Consumer<Layer> consumer) throws IOException {
    throw new UnsupportedOperationException();
  }

  public static void writeTree(Path file, FileTree tree) throws IOException {
    throw new UnsupportedOperationException();
  }

  public static FileTree readTree(Path file) throws IOException {
    throw new UnsupportedOperationException();
  }
}
