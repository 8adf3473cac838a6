package dev.diskless.bundle;

import dev.diskless.archive.Compression;
import dev.diskless.archive.TarStream;
import dev.diskless.archive.ZstdFrames;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.tree.TreePath;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads a bundle without unpacking it. Images, which are nearly all of it, are compressed as frames
 * of their own; those that nobody asks for are passed over.
 */
public final class BundleReader {

  private static final int BUFFER = 1 << 17;

  /** More than what a bundle says of itself has for a hundred thousand nodes, in bytes. */
  private static final int MAX_META = 1 << 29;

  /** Takes plain files of a bundle. */
  @FunctionalInterface
  public interface Visitor {

    /**
     * @param content of the file; what is not read of it is passed over
     */
    void visit(TarStream.File file, InputStream content) throws IOException;
  }

  private final Path bundle;

  private BundleReader(Path bundle) {
    this.bundle = bundle;
  }

  /**
   * What a bundle says of itself.
   *
   * @return the files below {@code META-INF/diskless}, by their paths there
   * @throws ProblemException if it is no bundle, or a damaged one
   */
  public static Map<String, byte[]> meta(Path bundle) throws IOException {
    return new BundleReader(bundle).meta();
  }

  private Map<String, byte[]> meta() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    Visitor visitor =
        (file, content) -> {
          if (file.name().startsWith(BundleLayout.META)) {
            if (file.size() > MAX_META) {
              throw new IOException(file.name() + " has " + file.size() + " bytes");
            }
            files.put(file.name().relativeTo(BundleLayout.META).raw(), content.readAllBytes());
          }
        };
    try {
      walk(input(image -> false), visitor);
      if (!files.containsKey(BundleLayout.MANIFEST.rawName())) {
        // Somebody has packed it again, in other frames.
        walk(Files.newInputStream(bundle), visitor);
      }
    } catch (IOException e) {
      throw damaged(e.getMessage(), e);
    }
    if (!files.containsKey(BundleLayout.MANIFEST.rawName())) {
      throw damaged("it has no manifest", null);
    }
    return files;
  }

  /**
   * Hands over plain files of some names, in the bundle's order. A file of several names comes
   * once, by its first.
   *
   * @throws ProblemException if it is no bundle, or a damaged one
   */
  public static void forEach(Path bundle, Set<TreePath> names, Visitor visitor) throws IOException {
    BundleReader reader = new BundleReader(bundle);
    Visitor wanted =
        (file, content) -> {
          if (names.contains(file.name())) {
            visitor.visit(file, content);
          }
        };
    try {
      reader.walk(reader.input(image -> names.stream().anyMatch(n -> n.startsWith(image))), wanted);
    } catch (IOException e) {
      throw reader.damaged(e.getMessage(), e);
    }
  }

  /** The bundle, still compressed, without the frames that have only an unwanted image. */
  private InputStream input(Predicate<TreePath> isImageWanted) throws IOException {
    if (Compression.detect(bundle) != Compression.ZSTD) {
      return Files.newInputStream(bundle);
    }
    List<ZstdFrames.Frame> wanted = new ArrayList<>();
    for (ZstdFrames.Frame frame : ZstdFrames.of(bundle)) {
      if (image(frame).filter(i -> !isImageWanted.test(i)).isEmpty()) {
        wanted.add(frame);
      }
    }
    return ZstdFrames.open(bundle, wanted);
  }

  /** The image that a frame has; none where it begins with anything but an image's root. */
  private Optional<TreePath> image(ZstdFrames.Frame frame) throws IOException {
    try (InputStream in = Compression.ZSTD.decompress(ZstdFrames.open(bundle, List.of(frame)))) {
      return TarStream.firstName(in)
          .filter(n -> n.depth() == 2 && n.parent().equals(BundleLayout.images()));
    } catch (IOException noHeader) {
      return Optional.empty();
    }
  }

  private void walk(InputStream compressed, Visitor visitor) throws IOException {
    try (InputStream raw = new BufferedInputStream(compressed, BUFFER);
        TarStream tar =
            new TarStream(
                new BufferedInputStream(Compression.detect(bundle).decompress(raw), BUFFER))) {
      for (Optional<TarStream.File> file = tar.next(); file.isPresent(); file = tar.next()) {
        visitor.visit(file.get(), tar.content());
      }
    }
  }

  private ProblemException damaged(String what, Throwable cause) {
    return new ProblemException(
        Problem.error(
            bundle + " is no bundle, or is damaged: " + what,
            "fetch it again, or package it again"),
        cause);
  }
}
