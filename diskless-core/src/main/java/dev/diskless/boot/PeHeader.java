package dev.diskless.boot;

import java.io.EOFException;

/**
 * Header of an EFI program, in Microsoft's PE format. A kernel can also be an EFI program.
 *
 * @param exists whether the file is an EFI program
 * @param isSigned whether the certificate table has an entry, which an Authenticode signature adds
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
    // The number of directories and the directories follow fields of 32 or 64 bits.
    long count = optional + (magic == PE32_PLUS ? 108 : 92);
    if (start.u32(count) <= CERTIFICATES) {
      return new PeHeader(true, false);
    }
    long size = start.u32(count + 4 + CERTIFICATES * DIRECTORY_SIZE + 4L);
    return new PeHeader(true, size > 0);
  }
}
