package dev.diskless.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Access control lists: text as star and GNU tar put it into archives (acl(5), "ACL TEXT FORMS"),
 * to the value of the kernel's attribute (linux/posix_acl_xattr.h).
 */
final class PosixAcl {

  private static final int VERSION = 2;
  private static final int NO_ID = -1;
  private static final Map<String, Integer> PLAIN =
      Map.of("user", 0x01, "group", 0x04, "mask", 0x10, "other", 0x20);
  private static final Map<String, Integer> NAMED = Map.of("user", 0x02, "group", 0x08);

  /**
   * Entry of an access control list (linux/posix_acl_xattr.h).
   *
   * @param tag type of the entry
   * @param permissions bits of read, write and execute
   * @param id number of the user or group; {@link #NO_ID} for entries without a name
   */
  private record Item(int tag, int permissions, int id) {}

  private PosixAcl() {}

  /**
   * Returns the value of the attribute.
   *
   * @param text entries apart by commas or lines: {@code user:1000:rw-}, or star's {@code
   *     user:joe:rw-:1000}
   * @throws IllegalArgumentException if the text is not a valid list, or contains a name without a
   *     number
   */
  static byte[] toXattr(String text) {
    List<Item> items = new ArrayList<>();
    for (String line : text.split("[,\n]")) {
      String entry = line.replaceFirst("#.*", "").strip();
      if (!entry.isEmpty()) {
        items.add(item(entry.split(":", -1)));
      }
    }
    items.sort(
        (one, other) ->
            one.tag != other.tag
                ? Integer.compare(one.tag, other.tag)
                : Integer.compareUnsigned(one.id, other.id));
    ByteBuffer value = ByteBuffer.allocate(4 + 8 * items.size()).order(ByteOrder.LITTLE_ENDIAN);
    value.putInt(VERSION);
    for (Item item : items) {
      value.putShort((short) item.tag).putShort((short) item.permissions).putInt(item.id);
    }
    return value.array();
  }

  /**
   * Returns the mode of a file that the kernel shows for a list. The bits of the group are those of
   * the mask (acl(5)). libarchive writes the bits of the owning group into the header instead.
   *
   * @param xattr value of the attribute system.posix_acl_access
   * @param mode mode in the header, which the result keeps where the list has no entry
   */
  static int mode(byte[] xattr, int mode) {
    ByteBuffer value = ByteBuffer.wrap(xattr).order(ByteOrder.LITTLE_ENDIAN);
    if (xattr.length % 8 != 4 || value.getInt() != VERSION) {
      return mode;
    }
    int result = mode;
    boolean hasMask = false;
    while (value.hasRemaining()) {
      int tag = value.getShort();
      int bits = value.getShort() & 7;
      value.getInt();
      if (tag == PLAIN.get("user")) {
        result = result & ~0700 | bits << 6;
      } else if (tag == PLAIN.get("mask") || tag == PLAIN.get("group") && !hasMask) {
        result = result & ~0070 | bits << 3;
        hasMask |= tag == PLAIN.get("mask");
      } else if (tag == PLAIN.get("other")) {
        result = result & ~0007 | bits;
      }
    }
    return result;
  }

  private static Item item(String[] fields) {
    if (fields.length < 3) {
      throw new IllegalArgumentException("no ACL entry");
    }
    String type = fields[0];
    int permissions = 0;
    for (char c : fields[2].toCharArray()) {
      permissions |=
          switch (c) {
            case 'r' -> 4;
            case 'w' -> 2;
            case 'x' -> 1;
            case '-' -> 0;
            default -> throw new IllegalArgumentException("no permission: " + c);
          };
    }
    if (fields[1].isEmpty()) {
      Integer tag = PLAIN.get(type);
      if (tag == null) {
        throw new IllegalArgumentException("no ACL entry: " + type);
      }
      return new Item(tag, permissions, NO_ID);
    }
    Integer tag = NAMED.get(type);
    if (tag == null) {
      throw new IllegalArgumentException("no ACL entry: " + type);
    }
    String id = fields.length > 3 ? fields[3] : fields[1];
    return new Item(tag, permissions, Integer.parseUnsignedInt(id));
  }
}
