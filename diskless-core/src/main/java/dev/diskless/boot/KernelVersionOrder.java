package dev.diskless.boot;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Orders kernel versions from the least to the most preferred kernel.
 *
 * <p>A rescue kernel comes before all other variants (debug, realtime, other page sizes), and a
 * variant before all plain kernels. Otherwise, the older version comes first. The package manager
 * of the distribution defines the order of versions. Names that end with an architecture or flavour
 * of Debian or Ubuntu have the order of dpkg (deb-version(7)). All other names have the order of
 * rpm (rpm-version(7)). A release candidate such as {@code 6.9.0-rc3} is older than {@code 6.9.0}.
 */
final class KernelVersionOrder implements Comparator<String> {

  static final KernelVersionOrder INSTANCE = new KernelVersionOrder();

  /** Upstream's version, a release candidate, and what the distribution appends. */
  private static final Pattern PARTS =
      Pattern.compile("(\\d+(?:\\.\\d+)*)?(?:[-_~]rc(\\d+))?(.*)", Pattern.DOTALL);

  private static final Pattern VARIANT =
      Pattern.compile(
          "(?:^|[-+._])(?:debug|dbg|kdump|realtime|rt\\d*|trace|\\d+kb?)(?=$|[-+._])",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern RESCUE = Pattern.compile("(?:^|[-+._])rescue(?=$|[-+._])");

  private static final Pattern DEBIAN =
      Pattern.compile(
          ".*-(?:amd64|arm64|armmp|armmp-lpae|686|686-pae|ppc64el|powerpc64le|s390x|riscv64|loong64"
              + "|generic|lowlatency|realtime|virtual|kvm|aws|azure|gcp|oracle|oem|raspi|nvidia)"
              + "(?:-\\d+k)?",
          Pattern.DOTALL);

  private KernelVersionOrder() {}

  /** Returns whether a kernel is chosen only if the descriptor asks for it or no other exists. */
  static boolean isVariant(String version) {
    return rank(version) < 2;
  }

  private static int rank(String version) {
    if (RESCUE.matcher(version).find()) {
      return 0;
    }
    return VARIANT.matcher(version).find() ? 1 : 2;
  }

  @Override
  public int compare(String one, String other) {
    int byRank = Integer.compare(rank(one), rank(other));
    int order = byRank != 0 ? byRank : compareVersions(one, other);
    // 6.01 and 6.1 are the same version: their names decide, so that the order is total.
    return order != 0 ? order : one.compareTo(other);
  }

  /** Compares versions whatever the variants, and returns 0 if the versions are the same. */
  static int compareVersions(String one, String other) {
    Matcher first = PARTS.matcher(one);
    Matcher second = PARTS.matcher(other);
    if (!first.matches() || !second.matches()) {
      throw new IllegalStateException("the pattern matches every text");
    }
    // Both package managers agree on the first two parts. They come first, so that the order stays
    // transitive in an image with kernels of both families.
    int order = rpm(text(first, 1), text(second, 1));
    if (order == 0) {
      order = candidate(first.group(2), second.group(2));
    }
    boolean isDebian = DEBIAN.matcher(one).matches();
    if (order == 0) {
      order = Boolean.compare(isDebian, DEBIAN.matcher(other).matches());
    }
    if (order == 0) {
      order =
          isDebian ? debian(first.group(3), second.group(3)) : rpm(text(first, 3), second.group(3));
    }
    return order;
  }

  private static String text(Matcher matcher, int group) {
    return matcher.group(group) == null ? "" : matcher.group(group);
  }

  /** A release is newer than its candidates. */
  private static int candidate(String one, String other) {
    if (one == null || other == null) {
      return Boolean.compare(one == null, other == null);
    }
    return numbers(one, other);
  }

  /** Compares the upstream parts, and then the revisions, which begin at the last hyphen. */
  private static int debian(String one, String other) {
    int first = one.lastIndexOf('-');
    int second = other.lastIndexOf('-');
    int order = debianPart(one.substring(0, first), other.substring(0, second));
    return order != 0 ? order : debianPart(one.substring(first + 1), other.substring(second + 1));
  }

  /** The function verrevcmp of dpkg, lib/dpkg/version.c. */
  private static int debianPart(String one, String other) {
    int i = 0;
    int j = 0;
    while (i < one.length() || j < other.length()) {
      while (i < one.length() && !isDigit(one, i) || j < other.length() && !isDigit(other, j)) {
        int order = Integer.compare(weight(one, i++), weight(other, j++));
        if (order != 0) {
          return order;
        }
      }
      int first = endOfDigits(one, i);
      int second = endOfDigits(other, j);
      int order = numbers(one.substring(i, first), other.substring(j, second));
      if (order != 0) {
        return order;
      }
      i = first;
      j = second;
    }
    return 0;
  }

  /** Tilde, then the end and digits, then letters, then all other characters. */
  private static int weight(String text, int at) {
    if (at >= text.length() || isDigit(text, at)) {
      return 0;
    }
    char c = text.charAt(at);
    if (c == '~') {
      return -1;
    }
    return isLetter(c) ? c : c + Character.MAX_VALUE;
  }

  /** The function rpmvercmp of rpm, rpmio/rpmvercmp.c. */
  private static int rpm(String one, String other) {
    int i = 0;
    int j = 0;
    while (i < one.length() || j < other.length()) {
      i = endOfSeparators(one, i);
      j = endOfSeparators(other, j);
      int first = mark(one, i);
      int second = mark(other, j);
      if (first != second) {
        return Integer.compare(first, second);
      }
      if (first == END) {
        return 0;
      }
      if (first != TEXT) {
        i++;
        j++;
        continue;
      }
      boolean isNumber = isDigit(one, i);
      if (isNumber != isDigit(other, j)) {
        return isNumber ? 1 : -1;
      }
      int start = i;
      int otherStart = j;
      i = isNumber ? endOfDigits(one, i) : endOfLetters(one, i);
      j = isNumber ? endOfDigits(other, j) : endOfLetters(other, j);
      String part = one.substring(start, i);
      String otherPart = other.substring(otherStart, j);
      int order = isNumber ? numbers(part, otherPart) : part.compareTo(otherPart);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static final int END = 1;
  private static final int TEXT = 3;

  /** Tilde is older than the end, the caret newer than it, and any other text newer than both. */
  private static int mark(String text, int at) {
    if (at >= text.length()) {
      return END;
    }
    return switch (text.charAt(at)) {
      case '~' -> 0;
      case '^' -> 2;
      default -> TEXT;
    };
  }

  /** Compares decimal numbers of any length. An empty text is 0. */
  private static int numbers(String one, String other) {
    String first = one.replaceFirst("^0+", "");
    String second = other.replaceFirst("^0+", "");
    int byLength = Integer.compare(first.length(), second.length());
    return byLength != 0 ? byLength : first.compareTo(second);
  }

  private static int endOfSeparators(String text, int from) {
    int at = from;
    while (at < text.length()
        && !isDigit(text, at)
        && !isLetter(text.charAt(at))
        && text.charAt(at) != '~'
        && text.charAt(at) != '^') {
      at++;
    }
    return at;
  }

  private static int endOfDigits(String text, int from) {
    int at = from;
    while (isDigit(text, at)) {
      at++;
    }
    return at;
  }

  private static int endOfLetters(String text, int from) {
    int at = from;
    while (at < text.length() && isLetter(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }
}
