package dev.diskless.master;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.host.Command;
import dev.diskless.tree.Digest;
import dev.diskless.tree.RawPaths;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.TreeMap;

/** The entries of a directory, by path as bytes, one a char, without a slash before it. */
final class TreeFiles {

  private TreeFiles() {}

  /** Returns all entries below a directory that a node can write. */
  static TreeMap<String, TreeEntry> read(NodeFiles tree) throws IOException {
    TreeMap<String, TreeEntry> found = new TreeMap<>();
    tree.list(in -> read(in, found));
    return found;
  }

  /**
   * Returns all entries below a directory; none if the directory is missing.
   *
   * @param tree a directory that nodes cannot write, such as a layer
   */
  static TreeMap<String, TreeEntry> read(Path tree) throws IOException {
    TreeMap<String, TreeEntry> found = new TreeMap<>();
    String form = "%y %m %U %G %s %T@ %n %D:%i\\0%l\\0%P\\0";
    Command.of("find", tree.toString(), "-xdev", "-mindepth", "1", "-printf", form)
        .read(ISO_8859_1, in -> read(in, found));
    return found;
  }

  private static void read(BufferedReader in, TreeMap<String, TreeEntry> found) throws IOException {
    for (String head = NulText.next(in); head != null; head = NulText.next(in)) {
      String target = NulText.next(in);
      String path = NulText.next(in);
      if (path == null) {
        continue;
      }
      String[] words = head.split(" ");
      char type = words[0].charAt(0);
      found.put(
          path,
          new TreeEntry(
              type,
              type == 'l' ? 0 : Integer.parseInt(words[1], 8),
              Long.parseLong(words[2]),
              Long.parseLong(words[3]),
              type == 'f' ? Long.parseLong(words[4]) : 0,
              TreeEntry.seconds(words[5]),
              target,
              type == 'f' && !words[6].equals("1") ? words[7] : "",
              Optional.empty()));
    }
  }

  /**
   * Returns the SHA-256 of a file; empty if the file is missing.
   *
   * @param tree a directory that nodes cannot write, such as a layer
   */
  static Optional<String> digest(Path tree, String path) throws IOException {
    MessageDigest sha = Digest.sha256();
    try (InputStream in =
        new DigestInputStream(
            Files.newInputStream(RawPaths.path(RawPaths.raw(tree.toAbsolutePath()) + "/" + path)),
            sha)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (NoSuchFileException goneSince) {
      return Optional.empty();
    }
    return Optional.of(Digest.of(sha).hex());
  }
}
