package dev.diskless.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Layer;
import dev.diskless.tree.RawPaths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds files of a layer that should be secret. Each user who can read the bundle or the checkout
 * can read them, and often each user of a node.
 */
final class SecretFiles {

  /** A private key is at the start of its file, after comments at most. */
  private static final int HEAD = 1 << 14;

  /** RFC 7468 and 4716, and the header of PuTTY's files. */
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("(?m)^(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|PuTTY-User-Key-File-\\d)");

  /** Keys without a text header: munged(8), kerberos(7). */
  private static final Pattern KEY_FILE = Pattern.compile("/etc/munge/munge\\.key|.*\\.keytab");

  /** Tables with hashes of passwords (shadow(5)), and their backups. */
  private static final Pattern HASHES = Pattern.compile("/etc/g?shadow-?");

  private static final int OTHERS_READ = 0004;

  private SecretFiles() {}

  /**
   * Returns a warning for each secret file.
   *
   * @param folder from which the layer was read
   * @param layer with the modes that the files get on nodes
   * @param hasRule the paths whose mode {@code permissions.yaml} sets
   */
  static List<Problem> warnings(Path folder, Layer layer, Set<String> hasRule) throws IOException {
    List<Problem> found = new ArrayList<>();
    // With a umask such as 077 each file is private, so a mode means nothing.
    boolean isModeMeant = isReadableByOthers(folder);
    String top = RawPaths.raw(folder.toAbsolutePath());
    for (Entry entry : layer.entries()) {
      if (!entry.isFile()) {
        continue;
      }
      String path = entry.path().toString();
      Location at = Location.of(layer.name() + path);
      String secret = "remove it, and list %s under \"secret\" of the group".formatted(path);
      if (KEY_FILE.matcher(path).matches() || isPrivateKey(entry)) {
        found.add(
            Problem.warning(
                at, "the bundle would contain this private key, and each node its copy", secret));
      } else if (HASHES.matcher(path).matches()) {
        if ((entry.metadata().mode() & OTHERS_READ) != 0) {
          found.add(
              Problem.warning(
                  at,
                  "each user of a node could read these hashes of passwords: the file gets mode %04o"
                      .formatted(entry.metadata().mode()),
                  secret
                      + ", or set mode: \"0640\" and group: shadow for this path in"
                      + " permissions.yaml"));
        }
      } else if (isModeMeant
          && !hasRule.contains(path)
          && !isReadableByOthers(RawPaths.path(top + "/" + entry.path().raw()))) {
        found.add(
            Problem.warning(
                at,
                "only you can read this file here, but the bundle contains it, and each user of a"
                    + " node could read it: it gets mode %04o".formatted(entry.metadata().mode()),
                secret + ", or set its mode in permissions.yaml"));
      }
    }
    return found;
  }

  private static boolean isPrivateKey(Entry entry) throws IOException {
    try (InputStream in = entry.content().open()) {
      return PRIVATE_KEY.matcher(new String(in.readNBytes(HEAD), ISO_8859_1)).find();
    }
  }

  /** Returns true on file systems without modes. */
  private static boolean isReadableByOthers(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")
        || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
  }
}
