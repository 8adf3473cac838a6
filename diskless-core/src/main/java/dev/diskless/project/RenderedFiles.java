package dev.diskless.project;

import dev.diskless.model.Scope;
import dev.diskless.tree.Content;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileContent;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Rendered layers as plain files, so that a person can look. A file is touched only when it
 * changes; what is no longer rendered goes.
 */
public final class RenderedFiles {

  private final WorkFolder work;
  private final Set<Path> written = new HashSet<>();
  private final Set<Path> folders = new HashSet<>();
  private int count;

  public RenderedFiles(WorkFolder work) {
    this.work = work;
  }

  /**
   * Writes the files of a layer.
   *
   * @return the same layer, named after its scope, with content in the files
   */
  public Layer write(Scope scope, Layer layer) throws IOException {
    Layer.Builder stored = Layer.builder(scope.layerName());
    for (Entry directory : layer.ensured()) {
      stored.ensure(directory);
    }
    layer.deleted().forEach(stored::delete);
    for (Entry entry : layer.entries()) {
      if (entry.isFile()) {
        Path file = work.rendered(scope.path()).resolve(entry.path().toString().substring(1));
        store(file, entry.content());
        stored.add(
            entry.withContent(
                new FileContent(file, entry.content().size(), null, entry.content().digest())));
        count++;
      } else {
        stored.add(entry);
      }
    }
    return stored.build();
  }

  private void store(Path file, Content content) throws IOException {
    byte[] bytes;
    try (InputStream in = content.open()) {
      bytes = in.readAllBytes();
    }
    written.add(file);
    if (folders.add(file.getParent())) {
      Files.createDirectories(file.getParent());
    }
    if (!Files.isRegularFile(file)
        || Files.size(file) != bytes.length
        || !Arrays.equals(Files.readAllBytes(file), bytes)) {
      Files.write(file, bytes);
    }
  }

  /** How many files were written. */
  public int count() {
    return count;
  }

  /** Removes what an earlier run rendered and this one did not. */
  public void commit() throws IOException {
    for (String folder : Scope.TOP_FOLDERS) {
      Path top = work.rendered(folder);
      if (Files.isDirectory(top)) {
        Files.walkFileTree(top, new Sweep());
      }
    }
  }

  private final class Sweep extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!written.contains(file)) {
        Files.delete(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      if (!folders.contains(directory)) {
        try (var left = Files.newDirectoryStream(directory)) {
          if (!left.iterator().hasNext()) {
            Files.delete(directory);
          }
        }
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
