package dev.diskless.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.tree.Entry.Device;
import dev.diskless.tree.Entry.Type;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Trees and layers in a file, with all that they know: one line an entry, so that a person can read
 * and compare it, in the manner of mtree(5).
 *
 * <pre>
 * #diskless-index 1
 * layer image\040debian
 * source 1 /var/cache/debian.tar
 * entry /bin link mode=777 uid=0 gid=0 time=1700000000 target=usr/bin
 * entry /bin/ls file mode=755 uid=0 gid=0 time=1700000000.5 size=151344 slice=1:8192 sha256=…
 * ensure /srv dir mode=755 uid=0 gid=0 time=0
 * delete /usr/share/doc
 * end 4
 * </pre>
 *
 * <p>In names, spaces, controls, backslashes, {@code =} and bytes beyond ASCII stand as {@code
 * \ooo} (vis(3)). A file's bytes are told by {@code file=} (a path), {@code slice=} (a number of a
 * source and the offset in it) or {@code bytes=} (Base64). {@code from=} is the layer of an entry
 * where that is not the one that it stands in. The last line counts those before it, so that an
 * index which was cut off is found out.
 */
public final class TreeIndex {

  private TreeIndex() {}

  /**
   * Writes layers. The file is there whole or not at all: written beside, and renamed. Only after a
   * power cut it may be cut off.
   *
   * @param layers asked for one at a time
   * @throws IllegalArgumentException if content is neither {@link FileContent}, {@link
   *     SliceContent} nor {@link BytesContent}
   */
  public static void write(Path file, Iterable<Layer> layers) throws IOException {
    try (Writer out = writer(file)) {
      for (Layer layer : layers) {
        out.add(layer);
      }
      out.commit();
    }
  }

  /** Begins to write layers that come one after the other; as {@link #write} else. */
  public static Writer writer(Path file) throws IOException {
    return new Writer(new IndexWriter(file));
  }

  /** Takes layers one at a time. Without {@link #commit} the file stays as it was. */
  public static final class Writer implements Closeable {

    private final IndexWriter out;

    private Writer(IndexWriter out) {
      this.out = out;
    }

    public void add(Layer layer) throws IOException {
      out.layer(layer.name());
      for (TreePath path : layer.deleted()) {
        out.delete(path);
      }
      for (Entry entry : layer.ensured()) {
        out.entry("ensure", entry);
      }
      for (Entry entry : layer.entries()) {
        out.entry("entry", entry);
      }
    }

    /** Puts the file in its place. */
    public void commit() throws IOException {
      out.finish();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /**
   * Reads layers in the order in which they were written, one in memory at a time.
   *
   * @throws IOException if it cannot be read, is no index, or was cut off; layers before the wrong
   *     place have then been given
   */
  public static void forEach(Path file, Consumer<Layer> consumer) throws IOException {
    read(
        file,
        new Sink() {
          private Layer.Builder layer;

          @Override
          public void layer(String name) {
            end();
            layer = Layer.builder(name);
          }

          @Override
          public void delete(TreePath path) {
            layer.delete(path);
          }

          @Override
          public void ensure(Entry entry) {
            layer.ensure(entry);
          }

          @Override
          public void entry(Entry entry) {
            layer.add(entry);
          }

          @Override
          public void end() {
            if (layer != null) {
              consumer.accept(layer.build());
            }
            layer = null;
          }
        });
  }

  /**
   * Writes a tree, as {@link #write} does.
   *
   * @throws IllegalArgumentException if content is neither {@link FileContent}, {@link
   *     SliceContent} nor {@link BytesContent}
   */
  public static void writeTree(Path file, FileTree tree) throws IOException {
    try (IndexWriter out = new IndexWriter(file)) {
      out.layer(tree.get(TreePath.ROOT).map(Entry::layer).orElse(""));
      for (Entry entry : tree) {
        out.entry("entry", entry);
      }
      out.finish();
    }
  }

  /**
   * Reads a tree.
   *
   * @throws IOException if it cannot be read, is no index of one tree, or was cut off
   */
  public static FileTree readTree(Path file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    read(
        file,
        new Sink() {
          private boolean begun;

          @Override
          public void layer(String name) {
            if (begun) {
              throw new IllegalArgumentException("a second layer, where one tree should be");
            }
            begun = true;
          }

          @Override
          public void delete(TreePath path) {
            throw new IllegalArgumentException("a deletion, where a tree should be");
          }

          @Override
          public void ensure(Entry entry) {
            throw new IllegalArgumentException("a layer, where a tree should be");
          }

          @Override
          public void entry(Entry entry) {
            entries.add(entry);
          }

          @Override
          public void end() {
            // The tree is made when the whole file was read.
          }
        });
    try {
      return FileTree.of(entries);
    } catch (IllegalArgumentException noTree) {
      throw new IOException(file + " is no index of a tree: " + noTree.getMessage(), noTree);
    }
  }

  /** Takes what an index has. Throws IllegalArgumentException for what should not be there. */
  private interface Sink {
    void layer(String name);

    void delete(TreePath path);

    void ensure(Entry entry);

    void entry(Entry entry);

    void end();
  }

  private static void read(Path file, Sink sink) throws IOException {
    IndexLine line = new IndexLine();
    long number = 1;
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      requireFirstLine(file, bytes);
      BufferedReader in = new BufferedReader(new InputStreamReader(bytes, ISO_8859_1), 1 << 16);
      String layer = null;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        number++;
        line.set(text);
        String what = line.word();
        switch (what) {
          case "layer" -> {
            layer = line.text();
            sink.layer(layer);
          }
          case "source" -> line.addSource();
          case "end" -> {
            if (line.number() != number - 2 || in.readLine() != null) {
              throw new IllegalArgumentException("the number of lines is not what it says");
            }
            sink.end();
            return;
          }
          default -> {
            if (layer == null) {
              throw new IllegalArgumentException("an entry before the first layer");
            }
            switch (what) {
              case "entry" -> sink.entry(line.entry(layer));
              case "ensure" -> sink.ensure(line.entry(layer));
              case "delete" -> sink.delete(line.path());
              default -> throw new IllegalArgumentException("no such line: " + what);
            }
          }
        }
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException corrupt) {
      throw new IOException(
          "%s is corrupt in line %d: %s; delete it, so that it is made again"
              .formatted(file, number, corrupt.getMessage()),
          corrupt);
    }
    throw new IOException(
        "%s is cut off after line %d; delete it, so that it is made again".formatted(file, number));
  }

  /** By its length, for another file may be one line of any size. */
  private static void requireFirstLine(Path file, InputStream in) throws IOException {
    byte[] expected = (IndexWriter.FIRST_LINE + "\n").getBytes(ISO_8859_1);
    if (!Arrays.equals(in.readNBytes(expected.length), expected)) {
      throw new IOException(
          file + " is no index that this version can read; delete it, so that it is made again");
    }
  }

  static String word(Type type) {
    return switch (type) {
      case FILE -> "file";
      case DIRECTORY -> "dir";
      case SYMLINK -> "link";
      case CHARACTER_DEVICE -> "char";
      case BLOCK_DEVICE -> "block";
      case FIFO -> "fifo";
      case SOCKET -> throw new IllegalArgumentException("not part of an image or layer: socket");
    };
  }

  static Device device(String numbers) {
    int comma = numbers.indexOf(',');
    return new Device(
        Integer.parseInt(numbers, 0, comma, 10),
        Integer.parseInt(numbers, comma + 1, numbers.length(), 10));
  }
}
