package dev.diskless.diff;

import java.math.BigInteger;

/**
 * Version of a Debian package, in the order of dpkg (deb-version(7)).
 *
 * @param epoch epoch; 0 if the version has none
 * @param upstream version of the software
 * @param revision revision of the package; empty if the version has none, which equals 0
 */
record DebianVersion(BigInteger epoch, String upstream, String revision)
    implements Comparable<DebianVersion> {

  /** The epoch ends at the first colon, the revision begins after the last hyphen. */
  static DebianVersion parse(String text) {
    String rest = text.strip();
    BigInteger epoch = BigInteger.ZERO;
    int colon = rest.indexOf(':');
    if (colon > 0 && rest.substring(0, colon).chars().allMatch(DebianVersion::isDigit)) {
      epoch = new BigInteger(rest.substring(0, colon));
      rest = rest.substring(colon + 1);
    }
    int hyphen = rest.lastIndexOf('-');
    return hyphen < 0
        ? new DebianVersion(epoch, rest, "")
        : new DebianVersion(epoch, rest.substring(0, hyphen), rest.substring(hyphen + 1));
  }

  /** The order of two versions as they are written. */
  static int compare(String one, String other) {
    return parse(one).compareTo(parse(other));
  }

  @Override
  public int compareTo(DebianVersion other) {
    int byEpoch = epoch.compareTo(other.epoch);
    if (byEpoch != 0) {
      return byEpoch;
    }
    int byUpstream = compareParts(upstream, other.upstream);
    return byUpstream != 0 ? byUpstream : compareParts(revision, other.revision);
  }

  /**
   * Compares non-digits character by character and digits as a number, in turn (deb-version(7)).
   */
  private static int compareParts(String one, String other) {
    int i = 0;
    int j = 0;
    while (i < one.length() || j < other.length()) {
      while (i < one.length() && !isDigit(one.charAt(i))
          || j < other.length() && !isDigit(other.charAt(j))) {
        int order = order(one, i) - order(other, j);
        if (order != 0) {
          return order;
        }
        i++;
        j++;
      }
      int iEnd = digitsEnd(one, i);
      int jEnd = digitsEnd(other, j);
      int byNumber = number(one, i, iEnd).compareTo(number(other, j, jEnd));
      if (byNumber != 0) {
        return byNumber;
      }
      i = iEnd;
      j = jEnd;
    }
    return 0;
  }

  /** The tilde before all, even before the end; letters before all else. */
  private static int order(String text, int at) {
    char c = at < text.length() ? text.charAt(at) : 0;
    if (c == 0 || isDigit(c)) {
      return 0;
    }
    if (c == '~') {
      return -1;
    }
    boolean isLetter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    return isLetter ? c : c + 256;
  }

  private static int digitsEnd(String text, int start) {
    int end = Math.min(start, text.length());
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static BigInteger number(String text, int start, int end) {
    return start >= end ? BigInteger.ZERO : new BigInteger(text.substring(start, end));
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
