package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.tree.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Images as bundles hold them, packed, kept for the next bundle: most often a node or a template
 * changes, and an image of gigabytes does not. An image is packed into a frame of its own, so that
 * its bytes depend on nothing but itself, and a bundle is the same whether they were kept or made.
 *
 * <p>Each is two files, the frame and its lines of the manifest. The second has the frame's SHA-256
 * in its first line, and appears last.
 */
final class PackedImages {

  /** So many are kept, the last used ones. */
  private static final int KEPT = 8;

  private static final String FRAME = ".frame";
  private static final String LINES = ".manifest";

  private final Path folder;

  /**
   * @param folder made when it is needed
   */
  PackedImages(Path folder) {
    this.folder = folder;
  }

  /**
   * A packed image.
   *
   * @param frame what a bundle has of it
   * @param lines its part of the manifest, in ISO 8859-1
   */
  record Packed(Path frame, String lines) {}

  /**
   * What was kept, if it is still whole.
   *
   * @param key of image, compression and all else that decides on the bytes
   */
  Optional<Packed> find(String key) throws IOException {
    Path frame = folder.resolve(key + FRAME);
    try {
      String kept = Files.readString(folder.resolve(key + LINES), ISO_8859_1);
      int end = kept.indexOf('\n');
      if (end < 0 || !kept.substring(0, end).equals(firstLine(digest(frame)))) {
        return Optional.empty();
      }
      Files.setLastModifiedTime(frame, FileTime.from(Instant.now()));
      return Optional.of(new Packed(frame, kept.substring(end + 1)));
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    }
  }

  /** A file for a frame to be written to, in the same folder. */
  Path begin() throws IOException {
    Files.createDirectories(folder);
    return Files.createTempFile(folder, "new", ".partial");
  }

  /** Keeps what {@link #begin} gave a file for. */
  void keep(String key, Path written, String lines) throws IOException {
    Path linesWritten = begin();
    try {
      Files.writeString(linesWritten, firstLine(digest(written)) + "\n" + lines, ISO_8859_1);
      force(written);
      force(linesWritten);
      Files.move(written, folder.resolve(key + FRAME), StandardCopyOption.ATOMIC_MOVE);
      Files.move(linesWritten, folder.resolve(key + LINES), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(linesWritten);
    }
    prune();
  }

  private void prune() throws IOException {
    List<Path> frames = new ArrayList<>();
    try (DirectoryStream<Path> kept = Files.newDirectoryStream(folder, "*" + FRAME)) {
      kept.forEach(frames::add);
    }
    if (frames.size() <= KEPT) {
      return;
    }
    frames.sort(Comparator.comparing(PackedImages::lastUsed).reversed());
    for (Path frame : frames.subList(KEPT, frames.size())) {
      String name = frame.getFileName().toString();
      String key = name.substring(0, name.length() - FRAME.length());
      Files.deleteIfExists(folder.resolve(key + LINES));
      Files.deleteIfExists(frame);
    }
  }

  /** One that another build has just removed is the oldest. */
  private static FileTime lastUsed(Path frame) {
    try {
      return Files.getLastModifiedTime(frame);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  private static String firstLine(Digest digest) {
    return "#frame " + digest;
  }

  private static Digest digest(Path file) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[1 << 18];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
      }
    }
    return Digest.of(sha256);
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
