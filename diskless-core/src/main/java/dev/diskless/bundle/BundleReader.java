package dev.diskless.bundle;

import dev.diskless.archive.FrameStream;
import dev.diskless.archive.TarStream;
import dev.diskless.archive.TarStream.Header;
import dev.diskless.archive.TarStream.Kind;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads a bundle without unpacking it, in the one way in which the installer reads it too.
 *
 * <p>A frame whose first entry is {@code images/NAME} contains that image and nothing else. What a
 * bundle says of itself is in other frames. A bundle that is one frame, or gzip, has no frames of
 * images. A bundle that breaks these rules is damaged, so that no program finds a second manifest
 * where another program does not look.
 */
public final class BundleReader {

  /**
   * The most that a bundle may say of itself, in bytes; enough for a million files. Each entry
   * counts with its content, its name and a page, which limits their number too.
   */
  private static final long MAX_META = 1L << 28;

  private static final int PAGE = 4096;

  /** Takes plain files of a bundle. */
  @FunctionalInterface
  public interface Visitor {

    /**
     * Takes a file.
     *
     * @param content of the file; what is not read of it is skipped
     */
    void visit(Header file, InputStream content) throws IOException;
  }

  /** Takes entries of every type. */
  @FunctionalInterface
  private interface EntryVisitor {

    /**
     * @return whether more entries are wanted
     */
    boolean visit(Header entry, InputStream content) throws IOException;
  }

  /** The files below {@code META-INF/diskless}, gathered entry by entry. */
  private static final class Meta implements EntryVisitor {

    private final Map<String, byte[]> files = new TreeMap<>();
    private final Set<TreePath> names = new HashSet<>();
    private final Optional<String> last;
    private long size;

    /**
     * @param last the file after which no more are read; all are read if it is empty
     */
    Meta(Optional<String> last) {
      this.last = last;
    }

    @Override
    public boolean visit(Header entry, InputStream content) throws IOException {
      TreePath name = entry.name();
      boolean isAbove = BundleLayout.META.startsWith(name);
      if (!isAbove && !name.startsWith(BundleLayout.META)) {
        return true;
      }
      if (entry.kind() != Kind.DIRECTORY && (isAbove || !entry.isFile() || entry.isSparse())) {
        throw new IOException(
            name + " is " + (entry.isSparse() ? "a sparse file" : entry.kind().text()));
      }
      if (!isAbove && !names.add(name)) {
        throw new IOException("it has two entries " + name);
      }
      // Before anything is read: the size is only what the header claims.
      size += name.raw().length() + PAGE;
      if (entry.size() > MAX_META - size) {
        throw new IOException(
            "its entries below %s have more than %d MiB"
                .formatted(BundleLayout.META, MAX_META >> 20));
      }
      size += entry.size();
      if (entry.isFile()) {
        String path = name.relativeTo(BundleLayout.META).raw();
        files.put(path, content.readAllBytes());
        return last.isEmpty() || !last.get().equals(path);
      }
      return true;
    }
  }

  private final Path bundle;

  private BundleReader(Path bundle) {
    this.bundle = bundle;
  }

  /**
   * Reads the files that describe a bundle. The method decompresses the whole bundle, because any
   * frame can contain an entry that does not belong there.
   *
   * @return the files below {@code META-INF/diskless}, by their paths there
   * @throws ProblemException if it is not a bundle, or is damaged
   */
  public static Map<String, byte[]> meta(Path bundle) throws IOException {
    BundleReader reader = new BundleReader(bundle);
    Map<String, byte[]> files = reader.meta(Optional.empty());
    reader.require(files, BundleLayout.MANIFEST);
    return files;
  }

  /**
   * Returns the content of {@code META-INF/diskless/bundle.json}, which is one of the first
   * entries. The method neither reads nor checks the entries after it.
   *
   * @throws ProblemException if it is not a bundle, or is damaged up to there
   */
  public static byte[] head(Path bundle) throws IOException {
    BundleReader reader = new BundleReader(bundle);
    Map<String, byte[]> files = reader.meta(Optional.of(BundleLayout.BUNDLE.rawName()));
    reader.require(files, BundleLayout.BUNDLE);
    return files.get(BundleLayout.BUNDLE.rawName());
  }

  private Map<String, byte[]> meta(Optional<String> last) throws IOException {
    Meta meta = new Meta(last);
    walk(image -> true, meta);
    return meta.files;
  }

  private void require(Map<String, byte[]> files, TreePath name) {
    if (!files.containsKey(name.rawName())) {
      throw damaged("it has no " + name, null);
    }
  }

  /**
   * Hands over plain files of some names, in the bundle's order. A file of several names comes
   * once, by its first. Images that have none of the names are not decompressed.
   *
   * @throws ProblemException if it is not a bundle, or is damaged
   */
  public static void forEach(Path bundle, Set<TreePath> names, Visitor visitor) throws IOException {
    new BundleReader(bundle)
        .walk(
            image -> names.stream().anyMatch(n -> n.startsWith(image)),
            (entry, content) -> {
              if (entry.isFile() && names.contains(entry.name())) {
                visitor.visit(entry, content);
              }
              return true;
            });
  }

  private void walk(Predicate<TreePath> isImageWanted, EntryVisitor visitor) throws IOException {
    try (FrameStream frames = new FrameStream(bundle);
        TarStream tar = new TarStream(frames)) {
      new Walk(frames, tar, isImageWanted, visitor).run();
    } catch (NoSuchFileException e) {
      throw new ProblemException(
          Problem.error(
              "the bundle " + bundle + " does not exist",
              "give the file that mvn package has" + " written"),
          e);
    } catch (IOException e) {
      throw damaged(e.getMessage(), e);
    }
  }

  /**
   * Single pass through a bundle.
   *
   * @param frames the decompressed frames of the bundle
   * @param tar the entries in {@code frames}
   * @param isImageWanted whether the pass reads the image with a path
   * @param visitor receives the entries
   */
  private record Walk(
      FrameStream frames, TarStream tar, Predicate<TreePath> isImageWanted, EntryVisitor visitor) {

    void run() throws IOException {
      Optional<TreePath> image = Optional.empty();
      int frame = -1;
      while (true) {
        tar.finish();
        if (image.isPresent() && frames.frame() != frame) {
          throw new IOException("an entry goes beyond the frame of image " + image.get());
        }
        boolean isFirst = frames.isAtFrameEnd();
        while (frames.isAtFrameEnd() && frames.nextFrame()) {
          // A frame can be empty.
        }
        frame = frames.frame();
        Optional<Header> entry = tar.next();
        if (entry.isEmpty()) {
          return;
        }
        TreePath name = entry.get().name();
        if (isFirst) {
          image = frames.frame() == frame ? image(name) : Optional.empty();
        }
        if (image.isPresent() && !name.startsWith(image.get())) {
          throw new IOException("entry %s in the frame of image %s".formatted(name, image.get()));
        }
        if (isFirst && image.isPresent() && !isImageWanted.test(image.get())) {
          tar.finish();
          if (frames.frame() == frame) {
            frames.skipFrame();
          }
        } else if (!visitor.visit(entry.get(), tar.content())) {
          return;
        }
      }
    }

    private Optional<TreePath> image(TreePath name) {
      return Optional.of(name)
          .filter(n -> frames.frames() > 1)
          .filter(n -> n.depth() == 2 && n.parent().equals(BundleLayout.images()));
    }
  }

  private ProblemException damaged(String what, Throwable cause) {
    return new ProblemException(
        Problem.error(
            bundle + " is damaged: " + what, "fetch the bundle again, or package it again"),
        cause);
  }
}
