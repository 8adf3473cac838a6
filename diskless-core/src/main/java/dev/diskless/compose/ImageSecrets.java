package dev.diskless.compose;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Warns of secrets in an image. Everyone who has a bundle can read them. Files that no node needs,
 * such as host keys, are not reported: reading an image leaves them out.
 */
final class ImageSecrets {

  private static final int NAMED = 3;

  /** A second field that can be the hash of a password: crypt(5) has 13 characters or more. */
  private static final Pattern HASH = Pattern.compile("(?m)^[^:\\n]+:!?[^:!*\\n]{13,}(:|$)");

  /** Secret keys of nm-settings-keyfile(5): for Wi-Fi, 802.1X, WireGuard and other tunnels. */
  private static final Pattern PASSWORD =
      Pattern.compile(
          "(?m)^\\s*(psk|password|[a-z-]+-password|private-key|wep-key[0-3]|pin|secret)\\s*=\\s*\\S");

  private ImageSecrets() {}

  static void check(String image, FileTree tree, Problems problems) throws IOException {
    List<String> hashes = new ArrayList<>();
    for (String file : List.of("etc/shadow", "etc/gshadow")) {
      hashes.addAll(files(tree, file, text -> HASH.matcher(text).find()));
    }
    warn(image, "hashes of passwords", hashes, problems);
    warn(image, "private keys", files(tree, "etc/ssl/private", text -> !text.isBlank()), problems);
    warn(
        image,
        "passwords of networks",
        files(tree, "etc/NetworkManager/system-connections", text -> PASSWORD.matcher(text).find()),
        problems);
  }

  private static List<String> files(FileTree tree, String top, Predicate<String> isSecret)
      throws IOException {
    List<String> found = new ArrayList<>();
    Iterator<Entry> entries = tree.below(TreePath.of(top));
    while (entries.hasNext()) {
      Entry entry = entries.next();
      if (entry.isFile() && isSecret.test(entry.content().text(ISO_8859_1))) {
        found.add(entry.path().toString());
      }
    }
    return found;
  }

  private static void warn(String image, String what, List<String> files, Problems problems) {
    if (files.isEmpty()) {
      return;
    }
    problems.warning(
        "the image %s has %s, which everyone with the bundle can read: %s%s"
            .formatted(
                image,
                what,
                files.stream().limit(NAMED).collect(Collectors.joining(", ")),
                files.size() > NAMED ? " and %,d more".formatted(files.size() - NAMED) : ""),
        "remove them from the image, and list what nodes need under \"secret\"");
  }
}
