package dev.diskless.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.host.AtomicFile;
import dev.diskless.tree.Content.Extent;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * File format for trees and layers with all their attributes, based on mtree(5). An index contains
 * the lines of {@link MtreeWriter} with a few more keywords. Comments contain all other facts.
 *
 * <pre>
 * #mtree diskless-index 2
 * #layer image\040debian
 * #source 1 /var/cache/debian.tar
 * ./bin type=link mode=0777 uid=0 gid=0 time=1700000000.000000000 link=usr/bin
 * ./bin/ls type=file mode=0755 uid=0 gid=0 time=1700000000.000000005 size=151344 sha256digest=… slice=1:8192
 * #layer nodes/n1
 * #delete ./usr/share/doc
 * ./srv type=dir mode=0755 uid=0 gid=0 time=0.000000000 nochange
 * #end 7
 * </pre>
 *
 * <p>A file's content is {@code contents=} (a path), {@code slice=} (the number of a source and the
 * offset in it) or {@code bytes=} (Base64). {@code data=} lists the extents of a file with holes.
 * {@code inode=} is {@link Entry#inode()}. {@code from=} is the layer of an entry if it is not the
 * layer above. {@code nochange} marks a directory of {@link Layer#ensured()}. The last line counts
 * the lines before it, so that a file that was cut off is detected.
 */
public final class TreeIndex {

  private static final String FIRST_LINE = "#mtree diskless-index 2\n";

  private TreeIndex() {}

  /**
   * Starts to write a sequence of layers. The writer fills a temporary file and renames it, so that
   * the file is always complete. Only a power failure can cut it off.
   */
  public static Writer writer(Path file) throws IOException {
    return new Writer(file);
  }

  /**
   * Writes a tree, as {@link #writer} writes layers.
   *
   * @throws IllegalArgumentException if content is neither {@link FileContent}, {@link
   *     SliceContent} nor {@link BytesContent}
   */
  public static void writeTree(Path file, FileTree tree) throws IOException {
    try (Writer out = writer(file)) {
      out.beginLayer(tree.get(TreePath.ROOT).map(Entry::layer).orElse(""));
      for (Entry entry : tree) {
        out.add(entry, false);
      }
      out.commit();
    }
  }

  /** Writer of layers, one at a time. Without {@link #commit}, an existing file stays unchanged. */
  public static final class Writer implements Closeable {

    private static final int CHUNK = 1 << 16;

    private final Path file;
    private final Path beside;
    private final FileChannel out;
    private final StringBuilder text = new StringBuilder(2 * CHUNK);
    private final MtreeWriter lines = new MtreeWriter(text);
    private final Map<Path, Integer> sources = new HashMap<>();
    private String layer;
    private long count;

    private Writer(Path file) throws IOException {
      this.file = file;
      this.beside = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
      this.out = FileChannel.open(beside, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      text.append(FIRST_LINE);
    }

    /**
     * Adds a layer.
     *
     * @throws IllegalArgumentException if content is neither {@link FileContent}, {@link
     *     SliceContent} nor {@link BytesContent}
     */
    public void add(Layer added) throws IOException {
      beginLayer(added.name());
      for (TreePath path : added.deleted()) {
        text.append("#delete ");
        lines.path(path);
        endLine();
      }
      for (Entry entry : added.ensured()) {
        add(entry, true);
      }
      for (Entry entry : added.entries()) {
        add(entry, false);
      }
    }

    private void beginLayer(String name) throws IOException {
      layer = name;
      text.append("#layer ").append(MtreeWriter.escapedText(name));
      endLine();
    }

    private void add(Entry entry, boolean isEnsured) throws IOException {
      Content content = entry.isFile() ? entry.content() : null;
      int source = content instanceof SliceContent slice ? source(slice) : 0;
      // The digest of bytes that are in the line is not needed.
      lines.entry(
          entry.path(),
          entry,
          content == null || content instanceof BytesContent ? Optional.empty() : content.digest(),
          Optional.empty());
      if (content instanceof BytesContent bytes) {
        text.append(" bytes=");
        text.append(Base64.getEncoder().encodeToString(bytes.open().readAllBytes()));
      } else if (content instanceof FileContent plain) {
        text.append(" contents=");
        text.append(MtreeWriter.escaped(RawPaths.raw(plain.file().toAbsolutePath())));
      } else if (content instanceof SliceContent slice) {
        text.append(" slice=").append(source).append(':').append(slice.offset());
      } else if (content != null) {
        throw new IllegalArgumentException(
            entry + " has content that an index cannot refer to: " + content.getClass().getName());
      }
      if (content != null && content.isSparse()) {
        text.append(" data=");
        String comma = "";
        for (Extent extent : content.extents()) {
          text.append(comma).append(extent.offset()).append('+').append(extent.length());
          comma = ",";
        }
      }
      if (entry.inode() != Entry.SINGLE) {
        text.append(" inode=").append(entry.inode());
      }
      if (!entry.layer().equals(layer)) {
        text.append(" from=").append(MtreeWriter.escapedText(entry.layer()));
      }
      if (isEnsured) {
        text.append(" nochange");
      }
      endLine();
    }

    private int source(SliceContent slice) throws IOException {
      Path path = slice.file().path();
      Integer known = sources.get(path);
      if (known != null) {
        return known;
      }
      int number = sources.size() + 1;
      sources.put(path, number);
      text.append("#source ").append(number).append(' ');
      text.append(MtreeWriter.escaped(RawPaths.raw(path.toAbsolutePath())));
      endLine();
      return number;
    }

    private void endLine() throws IOException {
      text.append('\n');
      count++;
      if (text.length() >= CHUNK) {
        flush();
      }
    }

    private void flush() throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(ISO_8859_1));
      text.setLength(0);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    }

    /**
     * Puts the file in its place. Nothing waits for the disk: a power cut may leave less of it,
     * which its last line gives away.
     */
    public void commit() throws IOException {
      text.append("#end ").append(count).append('\n');
      flush();
      out.close();
      AtomicFile.rename(beside, file);
    }

    /** Leaves nothing behind if the file was not committed. */
    @Override
    public void close() throws IOException {
      out.close();
      Files.deleteIfExists(beside);
    }
  }

  /**
   * Reads layers in the order in which they were written, one in memory at a time.
   *
   * @throws IOException if the file cannot be read, is not an index, or is cut off; the consumer
   *     has then received all layers before the error
   */
  public static void forEach(Path file, Consumer<Layer> consumer) throws IOException {
    new Reader(file, part -> consumer.accept(part.layer())).read();
  }

  /**
   * Reads a tree.
   *
   * @throws IOException if the file cannot be read, is not the index of one tree, or is cut off
   */
  public static FileTree readTree(Path file) throws IOException {
    List<Part> parts = new ArrayList<>();
    new Reader(
            file,
            part -> {
              if (!parts.isEmpty() || !part.ensured.isEmpty() || !part.deleted.isEmpty()) {
                throw new IllegalArgumentException("there is a layer in place of one tree");
              }
              parts.add(part);
            })
        .read();
    try {
      return FileTree.of(parts.isEmpty() ? List.of() : parts.get(0).entries);
    } catch (IllegalArgumentException noTree) {
      throw new IOException(file + "  is not the index of a tree:  " + noTree.getMessage(), noTree);
    }
  }

  /**
   * Content of one layer.
   *
   * @param name name of the layer
   * @param entries entries to add, in the order of the file
   * @param ensured directories that must exist
   * @param deleted paths to delete
   */
  private record Part(
      String name, List<Entry> entries, List<Entry> ensured, List<TreePath> deleted) {

    Layer layer() {
      Layer.Builder layer = Layer.builder(name);
      deleted.forEach(layer::delete);
      ensured.forEach(layer::ensure);
      entries.forEach(layer::add);
      return layer.build();
    }
  }

  /**
   * Reader of one index. Errors in the text throw IllegalArgumentException or
   * IndexOutOfBoundsException.
   */
  private static final class Reader extends MtreeReader {

    private final Path file;
    private final Consumer<Part> consumer;
    private final Map<Integer, SharedFile> sources = new HashMap<>();

    /** Many entries have the same layer. */
    private final Map<String, String> layers = new HashMap<>();

    private Part part;

    // Of the current line.
    private String contents;
    private String slice;
    private byte[] bytes;
    private List<Extent> extents;
    private long inode;
    private String from;
    private boolean isEnsured;

    Reader(Path file, Consumer<Part> consumer) {
      super(TreePath.ROOT, "");
      this.file = file;
      this.consumer = consumer;
    }

    void read() throws IOException {
      long number = 1;
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
        requireFirstLine(in);
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, ISO_8859_1), 1 << 16);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          number++;
          if (line.startsWith("#end ")) {
            if (Long.parseLong(line.substring(5)) != number - 2 || lines.readLine() != null) {
              throw new IllegalArgumentException("the number of lines is not what it says");
            }
            endPart();
            return;
          }
          if (line.startsWith("#")) {
            comment(line.split(" "));
          } else {
            entry(line);
          }
        }
      } catch (IllegalArgumentException | IndexOutOfBoundsException corrupt) {
        throw new IOException(
            "%s is corrupt in line %d: %s; delete it, so that it is made again"
                .formatted(file, number, corrupt.getMessage()),
            corrupt);
      }
      throw new IOException(
          "%s is cut off after line %d; delete it, so that it is made again"
              .formatted(file, number));
    }

    /**
     * Reads only as many bytes as the first line has, because a file in another format may be one
     * line of any size.
     */
    private void requireFirstLine(InputStream in) throws IOException {
      byte[] expected = FIRST_LINE.getBytes(ISO_8859_1);
      if (!Arrays.equals(in.readNBytes(expected.length), expected)) {
        throw new IOException(
            file
                + "  is not an index that this version can read; delete it, so that it is created again");
      }
    }

    private void endPart() {
      if (part != null) {
        consumer.accept(part);
      }
    }

    private void comment(String[] words) {
      switch (words[0]) {
        case "#layer" -> {
          endPart();
          String name = words.length == 1 ? "" : text(words[1]);
          part = new Part(name, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
        case "#source" ->
            sources.put(
                Integer.parseInt(words[1]), new SharedFile(RawPaths.path(unescaped(words[2]))));
        case "#delete" -> part().deleted.add(path(words[1]));
        default -> throw new IllegalArgumentException("no such line: " + words[0]);
      }
    }

    private Part part() {
      if (part == null) {
        throw new IllegalArgumentException("an entry before the first layer");
      }
      return part;
    }

    private void entry(String line) {
      contents = null;
      slice = null;
      bytes = null;
      extents = null;
      inode = Entry.SINGLE;
      from = part().name;
      isEnsured = false;
      Entry entry = read(line).entry();
      (isEnsured ? part.ensured : part.entries)
          .add(inode == Entry.SINGLE ? entry : entry.withInode(inode));
    }

    @Override
    void keyword(String key, String value) {
      switch (key) {
        case "contents" -> contents = value;
        case "slice" -> slice = value;
        case "bytes" -> bytes = Base64.getDecoder().decode(value);
        case "data" -> extents = extents(value);
        case "inode" -> inode = Long.parseLong(value);
        case "from" -> from = layers.computeIfAbsent(value, MtreeReader::text);
        default -> throw new IllegalArgumentException("no such keyword: " + key);
      }
    }

    @Override
    void keyword(String word) {
      if (!word.equals("nochange")) {
        super.keyword(word);
      }
      isEnsured = true;
    }

    @Override
    String layer() {
      return from;
    }

    @Override
    Content content(long size, long dataSize, Optional<Digest> digest) {
      if (bytes != null) {
        return new BytesContent(bytes);
      }
      if (contents != null) {
        return new FileContent(RawPaths.path(unescaped(contents)), size, extents, digest);
      }
      if (slice == null) {
        throw new IllegalArgumentException("contents=, slice= or bytes= is missing");
      }
      int colon = slice.indexOf(':');
      SharedFile source = sources.get(Integer.parseInt(slice, 0, colon, 10));
      if (source == null) {
        throw new IllegalArgumentException("no such source: " + slice);
      }
      long offset = Long.parseLong(slice, colon + 1, slice.length(), 10);
      return new SliceContent(source, offset, size, extents, digest);
    }

    private static List<Extent> extents(String text) {
      List<Extent> extents = new ArrayList<>();
      for (String extent : text.isEmpty() ? new String[0] : text.split(",")) {
        int plus = extent.indexOf('+');
        extents.add(
            new Extent(
                Long.parseLong(extent, 0, plus, 10),
                Long.parseLong(extent, plus + 1, extent.length(), 10)));
      }
      return extents;
    }
  }
}
