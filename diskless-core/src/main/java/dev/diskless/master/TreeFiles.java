package dev.diskless.master;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.host.Command;
import dev.diskless.tree.Content;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Entry.Device;
import dev.diskless.tree.Entry.Type;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.RawPaths;
import dev.diskless.tree.RecordedContent;
import dev.diskless.tree.TreePath;
import dev.diskless.tree.Xattrs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the entries of a directory, without its root. Device numbers are not read. */
final class TreeFiles {

  private static final Device UNKNOWN = new Device(0, 0);

  private final List<Entry> found = new ArrayList<>();
  private final Map<String, Long> inodes = new HashMap<>();

  private TreeFiles() {}

  /** Returns all entries below a directory that a node can write. */
  static List<Entry> read(NodeFiles tree) throws IOException {
    TreeFiles files = new TreeFiles();
    tree.list(files::read);
    return files.found;
  }

  /**
   * Returns all entries below a directory; none if the directory is missing.
   *
   * @param tree a directory that nodes cannot write, such as a layer
   */
  static List<Entry> read(Path tree) throws IOException {
    TreeFiles files = new TreeFiles();
    String form = "%y %m %U %G %s %T@ %n %D:%i\\0%l\\0%P\\0";
    Command.of("find", tree.toString(), "-xdev", "-mindepth", "1", "-printf", form)
        .read(ISO_8859_1, files::read);
    return files.found;
  }

  private void read(BufferedReader in) throws IOException {
    for (String head = NulText.next(in); head != null; head = NulText.next(in)) {
      String target = NulText.next(in);
      String path = NulText.next(in);
      if (path != null) {
        found.add(entry(head.split(" "), target, TreePath.ofRaw(path)));
      }
    }
  }

  /**
   * @param words TYPE MODE UID GID SIZE MTIME NLINK DEVICE:INODE, with the type as find(1) prints
   *     it
   */
  private Entry entry(String[] words, String target, TreePath path) {
    Metadata metadata =
        new Metadata(
            Integer.parseInt(words[1], 8),
            Long.parseLong(words[2]),
            Long.parseLong(words[3]),
            Instant.ofEpochSecond(Long.parseLong(words[5].replaceFirst("\\..*", ""))),
            Xattrs.NONE);
    return switch (words[0]) {
      case "f" -> {
        Content content = new RecordedContent(Long.parseLong(words[4]), Optional.empty());
        Entry file = Entry.file(path, metadata, content, "disk");
        yield words[6].equals("1")
            ? file
            : file.withInode(inodes.computeIfAbsent(words[7], i -> 1L + inodes.size()));
      }
      case "d" -> Entry.directory(path, metadata, "disk");
      case "l" -> Entry.symlink(path, metadata, target, "disk");
      case "c" -> Entry.device(path, Type.CHARACTER_DEVICE, metadata, UNKNOWN, "disk");
      case "b" -> Entry.device(path, Type.BLOCK_DEVICE, metadata, UNKNOWN, "disk");
      case "p" -> Entry.fifo(path, metadata, "disk");
      default -> Entry.socket(path, metadata, "disk");
    };
  }

  /**
   * Returns the SHA-256 of a file; empty if the file is missing.
   *
   * @param tree a directory that nodes cannot write, such as a layer
   */
  static Optional<Digest> digest(Path tree, TreePath path) throws IOException {
    MessageDigest sha = Digest.sha256();
    try (InputStream in =
        new DigestInputStream(
            Files.newInputStream(
                RawPaths.path(RawPaths.raw(tree.toAbsolutePath()) + "/" + path.raw())),
            sha)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (NoSuchFileException goneSince) {
      return Optional.empty();
    }
    return Optional.of(Digest.of(sha));
  }
}
