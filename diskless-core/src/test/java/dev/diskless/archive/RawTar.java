package dev.diskless.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Builds archives header by header, wrong ones too. Text is bytes, one a char. */
final class RawTar {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A header with a right checksum and data behind it. */
  RawTar entry(char type, String name, String link, String data) {
    return entry(type, name, link, data, header -> {});
  }

  RawTar file(String name, String data) {
    return entry('0', name, "", data);
  }

  RawTar pax(String records) {
    return entry('x', "PaxHeaders/x", "", records);
  }

  /** A record with its length. */
  static String record(String keyword, String value) {
    PaxRecords records = new PaxRecords();
    records.add(keyword, value.getBytes(ISO_8859_1));
    return new String(records.array(), 0, records.size(), ISO_8859_1);
  }

  /**
   * @param change what to change before the checksum is reckoned
   */
  RawTar entry(char type, String name, String link, String data, Consumer<byte[]> change) {
    byte[] header = new byte[512];
    put(header, TarFormat.NAME, name);
    put(header, TarFormat.MODE, "0000644");
    put(header, TarFormat.UID, "0000000");
    put(header, TarFormat.GID, "0000000");
    put(header, TarFormat.SIZE, "%011o".formatted(data.length()));
    put(header, TarFormat.MTIME, "00000000000");
    put(header, TarFormat.TYPE, "" + type);
    put(header, TarFormat.LINK_NAME, link);
    put(header, TarFormat.MAGIC, "ustar\00000");
    change.accept(header);
    put(header, TarFormat.CHECKSUM, "%06o\0 ".formatted(TarFormat.checksum(header, 0)));
    return bytes(header).data(data);
  }

  /** Padded to whole blocks. */
  RawTar data(String data) {
    byte[] bytes = data.getBytes(ISO_8859_1);
    return bytes(bytes).bytes(new byte[TarFormat.padding(bytes.length)]);
  }

  RawTar bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  /** With the two blocks of zeros that end an archive. */
  Path end(Path file) throws IOException {
    bytes(new byte[1024]);
    return cutOff(file);
  }

  /** Without an end. */
  Path cutOff(Path file) throws IOException {
    return Files.write(file, out.toByteArray());
  }
}
