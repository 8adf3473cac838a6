package dev.diskless.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** The records of pax headers that count for an entry; values are bytes. */
final class PaxHeader {

  private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";
  private static final String SELINUX = "RHT.security.selinux";
  private static final String ACL_ACCESS = "SCHILY.acl.access";
  private static final String ACL_DEFAULT = "SCHILY.acl.default";

  /** Keywords as bytes, one a char. */
  private final Map<String, byte[]> records = new HashMap<>();

  /** Form 0.0 of sparse files repeats these two keywords: the values in their order. */
  private final List<byte[]> sparse = new ArrayList<>();

  private boolean sparseInOrder = true;
  private boolean xattrs;

  /**
   * Adds the records of a header. A later record replaces an earlier record of the same keyword.
   *
   * @throws IllegalArgumentException if they are corrupt
   */
  void parse(byte[] body) {
    int at = 0;
    while (at < body.length) {
      int length = 0;
      int digit = at;
      while (digit < body.length && body[digit] >= '0' && body[digit] <= '9') {
        length = 10 * length + body[digit] - '0';
        if (length > body.length) {
          throw new IllegalArgumentException("a record is longer than the header");
        }
        digit++;
      }
      if (digit == at || digit == body.length || body[digit] != ' ') {
        if (isZero(body, at)) {
          return; // padding that was counted in
        }
        throw new IllegalArgumentException("a record has no length");
      }
      int end = at + length;
      if (end > body.length || end < digit + 2 || body[end - 1] != '\n') {
        throw new IllegalArgumentException("a record does not end where it says");
      }
      int equals = digit + 1;
      while (equals < end && body[equals] != '=') {
        equals++;
      }
      if (equals >= end - 1 && (equals == end || body[equals] != '=')) {
        throw new IllegalArgumentException("a record has no value");
      }
      String keyword = new String(body, digit + 1, equals - digit - 1, ISO_8859_1);
      put(keyword, Arrays.copyOfRange(body, equals + 1, end - 1));
      at = end;
    }
  }

  private static boolean isZero(byte[] body, int start) {
    for (int i = start; i < body.length; i++) {
      if (body[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private void put(String keyword, byte[] value) {
    if (keyword.equals(TarFormat.SPARSE_OFFSET) || keyword.equals(TarFormat.SPARSE_BYTES)) {
      sparseInOrder &= (sparse.size() % 2 == 0) == keyword.equals(TarFormat.SPARSE_OFFSET);
      sparse.add(value);
      return;
    }
    xattrs |= isXattr(keyword);
    records.put(keyword, value);
  }

  private static boolean isXattr(String keyword) {
    return keyword.startsWith(TarFormat.XATTR)
        || keyword.startsWith(LIBARCHIVE_XATTR)
        || keyword.equals(SELINUX)
        || keyword.equals(ACL_ACCESS)
        || keyword.equals(ACL_DEFAULT);
  }

  /** An empty value takes a record back; of attributes it is a value. */
  void dropEmpty() {
    records.entrySet().removeIf(e -> e.getValue().length == 0 && !isXattr(e.getKey()));
  }

  boolean hasXattrs() {
    return xattrs;
  }

  /** Returns the records of this header, with missing records taken from the global header. */
  PaxHeader over(PaxHeader global) {
    if (global.records.isEmpty()) {
      dropEmpty();
      return this;
    }
    PaxHeader both = new PaxHeader();
    both.records.putAll(global.records);
    both.records.putAll(records);
    both.dropEmpty();
    both.sparse.addAll(sparse);
    both.sparseInOrder = sparseInOrder;
    both.xattrs = xattrs || global.xattrs;
    return both;
  }

  /** The value, or null. */
  byte[] get(String keyword) {
    return records.get(keyword);
  }

  /** Whether a record has this value. */
  boolean isText(String keyword, String value) {
    byte[] bytes = get(keyword);
    return bytes != null && raw(bytes).equals(value);
  }

  /** Whether GNU tar's own records are in the header, which all concern sparse files or names. */
  boolean hasGnuRecords() {
    return !sparse.isEmpty() || records.keySet().stream().anyMatch(k -> k.startsWith("GNU."));
  }

  /** Whether there are such records that are not those of a sparse file of form 1.0. */
  boolean hasGnuRecordsOfOtherSparseForms() {
    return !sparse.isEmpty()
        || records.keySet().stream()
            .anyMatch(k -> k.startsWith("GNU.") && !TarFormat.SPARSE_10.contains(k));
  }

  /** Offsets and sizes of form 0.0. */
  List<long[]> sparsePairs(TarReader.Header header) {
    if (!sparseInOrder || sparse.size() % 2 != 0) {
      throw header.badSparse();
    }
    List<long[]> pairs = new ArrayList<>();
    for (int i = 0; i < sparse.size(); i += 2) {
      pairs.add(
          new long[] {
            header.decimal(sparse.get(i), "map"), header.decimal(sparse.get(i + 1), "map")
          });
    }
    return pairs;
  }

  /**
   * Gathers extended attributes. Exact bytes go before what has to be translated.
   *
   * @return what is not understood
   */
  List<String> xattrs(NavigableMap<String, byte[]> values) {
    List<String> notUnderstood = new ArrayList<>();
    if (!xattrs) {
      return notUnderstood;
    }
    Map<String, byte[]> translated = new HashMap<>();
    records.forEach(
        (keyword, value) -> {
          try {
            if (keyword.startsWith(TarFormat.XATTR)) {
              String name = keyword.substring(TarFormat.XATTR.length());
              values.put(utf8(name.replace("%3D", "=").replace("%25", "%")), value);
            } else if (keyword.startsWith(LIBARCHIVE_XATTR)) {
              String name = unescaped(keyword.substring(LIBARCHIVE_XATTR.length()));
              translated.put(utf8(name), base64(value));
            } else if (keyword.equals(SELINUX)) {
              // The kernel counts the NUL at the end of a context; the record does not.
              boolean ends = value.length > 0 && value[value.length - 1] == 0;
              translated.put(
                  "security.selinux", ends ? value : Arrays.copyOf(value, value.length + 1));
            } else if (keyword.equals(ACL_ACCESS) && value.length > 0) {
              translated.put("system.posix_acl_access", PosixAcl.toXattr(utf8(raw(value))));
            } else if (keyword.equals(ACL_DEFAULT) && value.length > 0) {
              translated.put("system.posix_acl_default", PosixAcl.toXattr(utf8(raw(value))));
            }
          } catch (CharacterCodingException | IllegalArgumentException strange) {
            notUnderstood.add(TreePathText.of(TarFormat.bytes(keyword)));
          }
        });
    translated.forEach(values::putIfAbsent);
    notUnderstood.sort(null);
    return notUnderstood;
  }

  private static String raw(byte[] value) {
    return new String(value, ISO_8859_1);
  }

  private static String utf8(String raw) throws CharacterCodingException {
    if (raw.isEmpty()) {
      throw new IllegalArgumentException("no name");
    }
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(TarFormat.bytes(raw))).toString();
  }

  /** URL encoding, by bytes. */
  private static String unescaped(String name) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '%' && i + 2 < name.length()) {
        text.append((char) Integer.parseUnsignedInt(name.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** Libarchive leaves the padding away. */
  private static byte[] base64(byte[] value) {
    return Base64.getMimeDecoder().decode(value);
  }
}
