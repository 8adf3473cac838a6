package dev.diskless.model;

import java.util.regex.Pattern;

/** Host names as RFC 1123, section 2.1, and RFC 952 allow them. */
public final class HostNames {

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private static final Pattern ADDRESS =
      Pattern.compile("(0[xX][0-9a-fA-F]+|[0-9]+)(\\.(0[xX][0-9a-fA-F]+|[0-9]+)){0,3}");

  private HostNames() {}

  /**
   * Returns whether a name is one valid label: at most 63 letters, digits and hyphens, without a
   * hyphen at the start or end. Capital letters are not valid, because NFS, ssh and PXELINUX
   * compare names as text.
   */
  public static boolean isLabel(String name) {
    return LABEL.matcher(name).matches();
  }

  /**
   * Returns whether resolvers read a name as an IPv4 address: one to four numbers, decimal, octal
   * or hexadecimal (inet_aton(3); RFC 6943, section 3.1.1). {@code ping 10} contacts 0.0.0.10, not
   * a host with the name 10. Texts of digits count even if a number is too large or has a digit
   * that octal numbers do not have, because programs differ there.
   */
  public static boolean isReadAsAddress(String name) {
    return ADDRESS.matcher(name).matches();
  }

  /** Returns whether a text is labels joined by dots, with at most 253 characters. */
  public static boolean isDomain(String name) {
    if (name.length() > 253) {
      return false;
    }
    for (String label : name.split("\\.", -1)) {
      if (!isLabel(label)) {
        return false;
      }
    }
    return true;
  }

  static void requireLabel(String name) {
    if (!isLabel(name)) {
      throw new IllegalArgumentException("not a host name (RFC 1123): " + name);
    }
  }
}
