package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.host.AtomicFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Cache of packed images for the next bundle. Most changes affect a node or a template, and not an
 * image of gigabytes. Each image has its own frame, whose bytes depend only on the image. A bundle
 * with a cached frame therefore equals a bundle with a new frame.
 *
 * <p>The cache copies no image data. It keeps a hard link to the bundle and the position of the
 * frame in the bundle. The bundle may be extended or renamed later, but its bytes up to the end of
 * the frame never change. Each cached image has two files: the link, and the lines of the manifest
 * for the image. The first line of the second file contains position and CRC-32C of the frame, and
 * this file appears last. The checksum detects damage; a bundle has its own SHA-256.
 */
final class PackedImages {

  /** Maximum number of cached images. The cache keeps the most recently used images. */
  private static final int KEPT = 8;

  private static final String BUNDLE = ".bundle";
  private static final String LINES = ".manifest";
  private static final Pattern FIRST_LINE = Pattern.compile("#frame (\\d+) (\\d+) ([0-9a-f]{8})");

  private final Path folder;

  /**
   * @param folder made when it is needed
   */
  PackedImages(Path folder) {
    this.folder = folder;
  }

  /**
   * A frame of a bundle.
   *
   * @param offset of its first byte
   * @param length in bytes
   * @param checksum CRC-32C (RFC 3720, appendix B.4) of its bytes
   */
  record Frame(long offset, long length, long checksum) {

    private static Optional<Frame> parse(String line) {
      Matcher found = FIRST_LINE.matcher(line);
      return found.matches()
          ? Optional.of(
              new Frame(
                  Long.parseLong(found.group(1)),
                  Long.parseLong(found.group(2)),
                  Long.parseLong(found.group(3), 16)))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return "#frame %d %d %08x".formatted(offset, length, checksum);
    }
  }

  /**
   * A packed image.
   *
   * @param bundle the bundle that it was packed for
   * @param frame what a bundle has of it
   * @param lines its part of the manifest, in ISO 8859-1
   */
  record Packed(Path bundle, Frame frame, String lines) {

    /** Returns whether the frame was not damaged since it was packed. */
    boolean isWhole() throws IOException {
      return isWhole(bundle);
    }

    /** Returns whether another file has the frame at the same place. */
    boolean isPartOf(Path file) throws IOException {
      return Files.exists(file) && (Files.isSameFile(bundle, file) || isWhole(file));
    }

    private boolean isWhole(Path file) throws IOException {
      try {
        return checksum(file, frame) == frame.checksum();
      } catch (NoSuchFileException | EOFException missing) {
        return false;
      }
    }
  }

  /** Whether something was kept, whole or not. */
  boolean has(String key) {
    return Files.exists(folder.resolve(key + LINES));
  }

  /**
   * Returns what was kept. It may be damaged.
   *
   * @param key of image, compression and all else that decides on the bytes
   * @return empty if nothing was kept, or if the cache cannot be used
   */
  Optional<Packed> find(String key) throws IOException {
    try {
      String kept = Files.readString(folder.resolve(key + LINES), ISO_8859_1);
      int end = Math.max(0, kept.indexOf('\n'));
      Optional<Frame> frame = Frame.parse(kept.substring(0, end));
      if (frame.isEmpty()) {
        return Optional.empty();
      }
      // Only the file with the lines: the link shares its time with a bundle in a user's folder.
      setUsed(folder.resolve(key + LINES));
      Path bundle = folder.resolve(key + BUNDLE);
      return Optional.of(new Packed(bundle, frame.get(), kept.substring(end + 1)));
    } catch (FileSystemException missingOrUnusable) {
      return Optional.empty();
    }
  }

  private static void setUsed(Path lines) throws IOException {
    try {
      Files.setLastModifiedTime(lines, FileTime.from(Instant.now()));
    } catch (FileSystemException readOnly) {
      // The time only selects what the cache removes first.
      return;
    }
  }

  /**
   * Keeps images for other bundles. Nothing is forced to disk: what a power cut leaves does not
   * have its checksum.
   *
   * @param images by their keys. Their files are on disk, and grow at most
   */
  void keep(Map<String, Packed> images) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, Packed> image : images.entrySet()) {
      keep(image.getKey(), image.getValue());
    }
    prune(images.keySet());
  }

  private void keep(String key, Packed image) throws IOException {
    Path linked = Files.createTempFile(folder, "new", ".partial");
    Path written = Files.createTempFile(folder, "new", ".partial");
    try {
      Files.writeString(written, image.frame() + "\n" + image.lines(), ISO_8859_1);
      Files.delete(linked);
      try {
        Files.createLink(linked, image.bundle());
      } catch (UnsupportedOperationException | FileSystemException notOneFileSystem) {
        Files.copy(image.bundle(), linked);
      }
      AtomicFile.rename(linked, folder.resolve(key + BUNDLE));
      AtomicFile.rename(written, folder.resolve(key + LINES));
    } finally {
      Files.deleteIfExists(linked);
      Files.deleteIfExists(written);
    }
  }

  /**
   * Replaces a bundle by one with the same images at the same offsets. Links to the old file become
   * links to the new file, so that the old file takes no space.
   *
   * @param bundle replaced
   * @param next renamed to the name of the bundle
   */
  void replace(Path bundle, Path next) throws IOException {
    List<Path> links = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + BUNDLE)) {
        for (Path file : files) {
          if (Files.exists(file) && Files.isSameFile(file, bundle)) {
            links.add(file);
          }
        }
      }
    }
    AtomicFile.rename(next, bundle);
    for (Path link : links) {
      Path linked = Files.createTempFile(folder, "new", ".partial");
      try {
        Files.delete(linked);
        Files.createLink(linked, bundle);
        AtomicFile.rename(linked, link);
      } finally {
        Files.deleteIfExists(linked);
      }
    }
  }

  /**
   * @param needed keys of images that are kept whatever their number
   */
  private void prune(Set<String> needed) throws IOException {
    List<Path> kept = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + LINES)) {
      files.forEach(kept::add);
    }
    if (kept.size() <= KEPT) {
      return;
    }
    kept.sort(Comparator.comparing(PackedImages::lastUsed).reversed());
    for (Path lines : kept.subList(KEPT, kept.size())) {
      String name = lines.getFileName().toString();
      String key = name.substring(0, name.length() - LINES.length());
      if (!needed.contains(key)) {
        Files.deleteIfExists(lines);
        Files.deleteIfExists(folder.resolve(key + BUNDLE));
      }
    }
  }

  /**
   * Returns the time of the last use. A frame that another build has just removed counts as the
   * oldest.
   */
  private static FileTime lastUsed(Path frame) {
    try {
      return Files.getLastModifiedTime(frame);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  private static long checksum(Path bundle, Frame frame) throws IOException {
    CRC32C checksum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
    try (FileChannel channel = FileChannel.open(bundle, StandardOpenOption.READ)) {
      channel.position(frame.offset());
      for (long left = frame.length(); left > 0; left -= buffer.limit()) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), left));
        while (buffer.hasRemaining()) {
          if (channel.read(buffer) < 0) {
            throw new EOFException(bundle + " has become shorter");
          }
        }
        checksum.update(buffer.flip());
      }
    }
    return checksum.getValue();
  }
}
