package dev.diskless.image;

import dev.diskless.archive.Compression;
import dev.diskless.archive.TarReader;
import dev.diskless.host.AtomicFile;
import dev.diskless.host.Progress;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Content;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.SharedFile;
import dev.diskless.tree.SliceContent;
import dev.diskless.tree.TreeIndex;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;

/**
 * A tar as an image. A compressed one is decompressed into the cache once, for contents are read
 * from it in the order in which a bundle wants them.
 */
final class ArchiveImage {

  /** Part of each fingerprint and of names in the cache; to be changed with what is kept there. */
  private static final String RULES = "archive 1";

  private static final int BUFFER = 1 << 17;
  private static final Duration BETWEEN_WORDS = Duration.ofSeconds(5);

  private final String name;
  private final Path archive;
  private final Path cache;
  private final String stamp;

  /**
   * @param name of the image
   * @param archive the tar, compressed or not
   * @param cache for what is made of it
   * @throws ProblemException if there is no such file
   */
  ArchiveImage(String name, Path archive, Path cache) throws IOException {
    this.name = name;
    if (!Files.exists(archive)) {
      throw new ProblemException(
          Problem.error(
              "the archive %s of image %s does not exist".formatted(archive, name),
              "correct its path, which is absolute or relative to the project"));
    }
    if (!Files.isRegularFile(archive)) {
      throw new ProblemException(
          Problem.error(
              "%s of image %s is not a file".formatted(archive, name),
              Files.isDirectory(archive)
                  ? "write `directory:` instead of `archive:`, or give a tar archive"
                  : "give a tar archive"));
    }
    if (!Files.isReadable(archive)) {
      throw new ProblemException(
          Problem.error(
              "the archive %s of image %s cannot be read by this user".formatted(archive, name),
              "run Maven as root, or let this user read it"));
    }
    this.archive = archive.toRealPath();
    this.cache = cache.resolve("archives");
    BasicFileAttributes now = Files.readAttributes(this.archive, BasicFileAttributes.class);
    this.stamp =
        new Fingerprint()
            .add(RULES)
            .add(this.archive.toUri().toString())
            .add(now.size())
            .add(now.lastModifiedTime().toInstant())
            .hex();
  }

  /** A digest of the archive's path, size and time of change. */
  String fingerprint() {
    return stamp;
  }

  /**
   * Reads the tree in the archive without changes.
   *
   * @throws ProblemException if the archive is not a tar archive, or is corrupt
   */
  @SuppressWarnings("try") // the lock is only held
  FileTree read(Problems problems, Progress progress) throws IOException {
    // All cache files of an archive share a prefix, so that removeAllBut finds outdated files.
    String family = new Fingerprint().add(archive.toUri().toString()).hex().substring(0, 16);
    String made = family + "-" + stamp.substring(0, 16);
    Files.createDirectories(cache);
    try (CacheLock lock =
        CacheLock.take(cache.resolve(family + ".lock"), "image " + name, progress)) {
      removeAllBut(made, family);
      Compression compression = Compression.detect(archive);
      Path tar = archive;
      if (compression != Compression.NONE) {
        tar = cache.resolve(made + ".tar");
        if (!Files.exists(tar)) {
          decompress(compression, tar, progress);
        }
      }
      String forImage = new Fingerprint().add(name).hex().substring(0, 8);
      return index(tar, cache.resolve(made + "-" + forImage + ".index"), name, problems);
    }
  }

  private void removeAllBut(String made, String family) throws IOException {
    try (DirectoryStream<Path> old = Files.newDirectoryStream(cache, family + "-*")) {
      for (Path path : old) {
        if (!path.getFileName().toString().startsWith(made)) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  /**
   * The tree in a tar, from its index where there is a good one. To be called under the lock of the
   * tar: it is open when this returns, so that another build cannot change it below the tree.
   */
  static FileTree index(Path tar, Path index, String image, Problems problems) throws IOException {
    FileTree tree = null;
    if (Files.exists(index)) {
      try {
        tree = TreeIndex.readTree(index);
      } catch (IOException corruptOrOld) {
        Files.delete(index);
      }
    }
    if (tree == null) {
      Problems found = new Problems();
      tree = TarReader.index(tar, ImageEntries.layer(image), found);
      if (tree.size() == 1) {
        throw new ProblemException(
            Problem.error(
                "the archive %s of image %s is empty".formatted(tar, image),
                "create it again with `tar -C DIRECTORY -c .`"));
      }
      problems.addAll(found.warnings());
      // Without an index, the next build reads the archive again and repeats its warnings.
      if (found.warnings().isEmpty()) {
        TreeIndex.writeTree(index, tree);
      }
    }
    open(tree);
    return tree;
  }

  private static void open(FileTree tree) throws IOException {
    for (Entry entry : tree) {
      if (entry.isFile()) {
        Content content = entry.content();
        if (content instanceof SliceContent slice) {
          SharedFile file = slice.file();
          file.read(ByteBuffer.allocate(1), 0);
          return;
        }
      }
    }
  }

  private void decompress(Compression compression, Path tar, Progress progress) throws IOException {
    Path part = tar.resolveSibling(tar.getFileName() + ".part");
    boolean done = false;
    try {
      long size = Files.size(archive);
      progress.say("image %s: decompressing %s (%s)".formatted(name, archive, Sizes.of(size)));
      try (Counted counted = new Counted(Files.newInputStream(archive));
          InputStream in = opened(compression, counted);
          FileChannel out =
              FileChannel.open(
                  part,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE)) {
        byte[] bytes = new byte[BUFFER];
        long saidAt = System.nanoTime();
        for (int count = readSome(in, bytes); count >= 0; count = readSome(in, bytes)) {
          write(out, ByteBuffer.wrap(bytes, 0, count), tar);
          if (System.nanoTime() - saidAt > BETWEEN_WORDS.toNanos()) {
            saidAt = System.nanoTime();
            progress.say(
                "image %s: decompressed %d %% of %s"
                    .formatted(name, size == 0 ? 100 : counted.count * 100 / size, archive));
          }
        }
      }
      AtomicFile.publish(part, tar);
      done = true;
    } finally {
      if (!done) {
        Files.deleteIfExists(part);
      }
    }
  }

  private InputStream opened(Compression compression, InputStream in) throws IOException {
    try {
      return compression.decompress(in);
    } catch (IOException corrupt) {
      throw corrupt(corrupt);
    }
  }

  private int readSome(InputStream in, byte[] bytes) throws IOException {
    try {
      return in.read(bytes);
    } catch (IOException corrupt) {
      throw corrupt(corrupt);
    }
  }

  private ProblemException corrupt(IOException cause) {
    String why = cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
    return new ProblemException(
        Problem.error(
            "the archive %s of image %s is corrupt or cut off%s".formatted(archive, name, why),
            "create or copy it again"),
        cause);
  }

  private void write(FileChannel out, ByteBuffer bytes, Path tar) throws IOException {
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException failed) {
      long free = Files.getFileStore(tar.getParent()).getUsableSpace();
      if (free < BUFFER) {
        throw new ProblemException(
            Problem.error(
                "no space is left in %s for image %s".formatted(tar.getParent(), name),
                "free some space, or put the cache on a larger file system"),
            failed);
      }
      throw failed;
    }
  }

  /** Counts what is read. */
  private static final class Counted extends FilterInputStream {

    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = in.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, length);
      count += Math.max(read, 0);
      return read;
    }
  }
}
