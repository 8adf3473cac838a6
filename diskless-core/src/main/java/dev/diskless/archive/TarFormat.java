package dev.diskless.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Set;

/**
 * The places of a tar header: POSIX ustar (pax(1), "ustar Interchange Format") and what GNU tar
 * puts elsewhere (tar(5) of libarchive, "GNU tar Archives").
 */
final class TarFormat {

  static final int BLOCK = 512;

  static final int NAME = 0;
  static final int NAME_SIZE = 100;
  static final int MODE = 100;
  static final int UID = 108;
  static final int GID = 116;
  static final int SIZE = 124;
  static final int MTIME = 136;
  static final int CHECKSUM = 148;
  static final int TYPE = 156;
  static final int LINK_NAME = 157;
  static final int LINK_NAME_SIZE = 100;
  static final int MAGIC = 257;
  static final int MAJOR = 329;
  static final int MINOR = 337;
  static final int PREFIX = 345;
  static final int PREFIX_SIZE = 155;

  /** Width of mode, uid, gid, checksum and device numbers, with what ends them. */
  static final int SHORT_NUMBER = 8;

  /** Width of size and time, with what ends them. */
  static final int LONG_NUMBER = 12;

  /** The largest number of seven octal digits. */
  static final long MAX_SHORT = 07777777L;

  /** The largest number of eleven octal digits. */
  static final long MAX_LONG = 077777777777L;

  /** Old GNU sparse headers: four pairs of offset and size, a flag that more follow, real size. */
  static final int GNU_SPARSE = 386;

  static final int GNU_SPARSE_PAIRS = 4;
  static final int GNU_SPARSE_MORE = 482;
  static final int GNU_REAL_SIZE = 483;

  /**
   * Number of pairs in each extension block of an old GNU sparse header. A flag shows that another
   * block follows.
   */
  static final int GNU_MORE_PAIRS = 21;

  static final int GNU_MORE_MORE = 504;

  static final String SPARSE_NAME = "GNU.sparse.name";
  static final String SPARSE_MAJOR = "GNU.sparse.major";
  static final String SPARSE_MINOR = "GNU.sparse.minor";
  static final String SPARSE_REAL_SIZE = "GNU.sparse.realsize";
  static final String SPARSE_SIZE = "GNU.sparse.size";
  static final String SPARSE_MAP = "GNU.sparse.map";
  static final String SPARSE_OFFSET = "GNU.sparse.offset";
  static final String SPARSE_BYTES = "GNU.sparse.numbytes";

  /** The records of a sparse file of form 1.0. */
  static final Set<String> SPARSE_10 =
      Set.of(SPARSE_NAME, SPARSE_MAJOR, SPARSE_MINOR, SPARSE_REAL_SIZE);

  /** An extended attribute, its value as bytes (star(5)). */
  static final String XATTR = "SCHILY.xattr.";

  private TarFormat() {}

  /** Returns the sum of a header's bytes, with the checksum field counted as spaces. */
  static int checksum(byte[] block, int start) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += block[start + i] & 0xFF;
    }
    for (int i = CHECKSUM; i < CHECKSUM + SHORT_NUMBER; i++) {
      sum += ' ' - (block[start + i] & 0xFF);
    }
    return sum;
  }

  /** Returns the checksum of signed bytes, as some old programs calculated it. */
  static int signedChecksum(byte[] block, int start) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += block[start + i];
    }
    for (int i = CHECKSUM; i < CHECKSUM + SHORT_NUMBER; i++) {
      sum += ' ' - block[start + i];
    }
    return sum;
  }

  /** Bytes, one a char. */
  static byte[] bytes(String raw) {
    return raw.getBytes(ISO_8859_1);
  }

  static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /** Returns how many bytes fill the last block of data. */
  static int padding(long size) {
    return (int) (-size & BLOCK - 1);
  }
}
