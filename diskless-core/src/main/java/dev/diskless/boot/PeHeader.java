package dev.diskless.boot;

import java.io.EOFException;

/**
 * What an EFI program, which a kernel can be besides, says of itself (Microsoft's PE format).
 *
 * @param exists whether it is an EFI program at all
 * @param isSigned whether its directory of certificates has an entry, as Authenticode puts it
 */
record PeHeader(boolean exists, boolean isSigned) {

  private static final PeHeader NONE = new PeHeader(false, false);

  private static final int PE_OFFSET = 0x3C;
  private static final int OPTIONAL_HEADER = 24;
  private static final int PE32 = 0x10B;
  private static final int PE32_PLUS = 0x20B;
  private static final int CERTIFICATES = 4;
  private static final int DIRECTORY_SIZE = 8;

  static PeHeader of(LittleEndian start) throws EOFException {
    if (!start.has(0, "MZ")) {
      return NONE;
    }
    long pe = start.u32(PE_OFFSET);
    if (!start.has(pe, "PE\0\0")) {
      return NONE;
    }
    long optional = pe + OPTIONAL_HEADER;
    int magic = start.u16(optional);
    if (magic != PE32 && magic != PE32_PLUS) {
      return NONE;
    }
    // The count of directories, then the directories, stand behind fields of the machine's width.
    long count = optional + (magic == PE32_PLUS ? 108 : 92);
    if (start.u32(count) <= CERTIFICATES) {
      return new PeHeader(true, false);
    }
    long size = start.u32(count + 4 + CERTIFICATES * DIRECTORY_SIZE + 4L);
    return new PeHeader(true, size > 0);
  }
}
