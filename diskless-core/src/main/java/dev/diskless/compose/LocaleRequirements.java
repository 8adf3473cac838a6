package dev.diskless.compose;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.model.Group;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Content;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Warns of groups whose image does not contain their locale: programs would use C instead. */
public final class LocaleRequirements {

  private static final TreePath FOLDER = TreePath.of("usr/lib/locale");

  /** Locales that glibc itself contains. */
  private static final Pattern BUILT_IN = Pattern.compile("(C|POSIX)([.@].*)?");

  private static final Pattern NAME = Pattern.compile("([^.@]+)(?:\\.([^@]+))?(@.+)?");

  /** First bytes of an archive of locales (locale/locarchive.h of glibc). */
  private static final int MAGIC = 0xde020109;

  /** Bytes of the header up to the size of the table of names. */
  private static final int HEADER = 28;

  /** No archive has a larger table of names: all locales of Debian need 20 KB. */
  private static final int MAX_NAMES = 1 << 24;

  private LocaleRequirements() {}

  /**
   * Checks one group.
   *
   * @param tree of the group, with all its layers
   */
  public static void check(Descriptor descriptor, Group group, FileTree tree, Problems problems)
      throws IOException {
    Optional<String> locale = group.system().locale();
    if (locale.isEmpty() || BUILT_IN.matcher(locale.get()).matches()) {
      return;
    }
    String name = normalized(locale.get());
    if (tree.resolve(FOLDER.resolve(name)).isPresent() || names(tree).contains(name)) {
      return;
    }
    String message =
        "group %s: the image %s does not contain the locale %s"
            .formatted(group.name(), group.image(), locale.get());
    String remedy = "add the package locales-all to the image, or write locale: C.UTF-8";
    problems.add(
        new Problem(
            Problem.Severity.WARNING, descriptor.placeOf(group, "locale"), message, remedy));
  }

  /** Returns a name as files have it: the character set in lower case, without hyphens. */
  private static String normalized(String locale) {
    Matcher parts = NAME.matcher(locale);
    if (!parts.matches() || parts.group(2) == null) {
      return locale;
    }
    String charset = parts.group(2).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    return parts.group(1) + "." + charset + Optional.ofNullable(parts.group(3)).orElse("");
  }

  /** Returns the names in the archive of locales; none if the tree has no such archive. */
  private static List<String> names(FileTree tree) throws IOException {
    Optional<Content> archive =
        tree.resolve(FOLDER.resolve("locale-archive")).filter(Entry::isFile).map(Entry::content);
    if (archive.isEmpty()) {
      return List.of();
    }
    try (InputStream in = archive.get().open()) {
      byte[] bytes = in.readNBytes(HEADER);
      ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.length < HEADER || header.getInt(0) != MAGIC) {
        return List.of();
      }
      long offset = Integer.toUnsignedLong(header.getInt(20));
      int size = Math.min(MAX_NAMES, Math.max(0, header.getInt(24)));
      if (offset < HEADER || offset > archive.get().size()) {
        return List.of();
      }
      in.skipNBytes(offset - HEADER);
      return Arrays.asList(new String(in.readNBytes(size), ISO_8859_1).split("\0"));
    }
  }
}
