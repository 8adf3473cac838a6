package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.tree.Digest;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The content of {@link BundleLayout#SIGNATURE}: the signed text and an SSH signature
 * (PROTOCOL.sshsig of OpenSSH). This class reads who signed; it does not verify anything.
 *
 * @param entry the bytes of the entry
 * @param serial the serial number of the signed text
 * @param fingerprint SHA-256 of the public key in the form of ssh-keygen(1)
 */
public record BundleSignature(byte[] entry, long serial, String fingerprint) {

  private static final String BEGIN = "-----BEGIN SSH SIGNATURE-----\n";
  private static final String END = "-----END SSH SIGNATURE-----";
  private static final Pattern SERIAL = Pattern.compile("(?m)^serial (\\d{1,18})$");
  private static final byte[] MAGIC = "SSHSIG".getBytes(ISO_8859_1);

  /**
   * Reads an entry.
   *
   * @return empty if the bytes do not have the form of a signature
   */
  static Optional<BundleSignature> parse(byte[] entry) {
    String all = new String(entry, ISO_8859_1);
    int begin = all.indexOf(BEGIN);
    int end = all.indexOf(END);
    if (begin < 0 || end < begin) {
      return Optional.empty();
    }
    Matcher serial = SERIAL.matcher(all.substring(0, begin));
    if (!all.startsWith(SignedText.FORMAT + "\n") || !serial.find()) {
      return Optional.empty();
    }
    try {
      byte[] blob = Base64.getMimeDecoder().decode(all.substring(begin + BEGIN.length(), end));
      return publicKey(ByteBuffer.wrap(blob))
          .map(k -> new BundleSignature(entry, Long.parseLong(serial.group(1)), fingerprint(k)));
    } catch (IllegalArgumentException | BufferUnderflowException damaged) {
      return Optional.empty();
    }
  }

  /** PROTOCOL.sshsig, section 2: magic, version, then the public key as the first string. */
  private static Optional<byte[]> publicKey(ByteBuffer blob) {
    byte[] magic = new byte[MAGIC.length];
    blob.get(magic);
    if (!Arrays.equals(magic, MAGIC) || blob.getInt() != 1) {
      return Optional.empty();
    }
    int length = blob.getInt();
    if (length < 0 || length > blob.remaining()) {
      return Optional.empty();
    }
    byte[] key = new byte[length];
    blob.get(key);
    return Optional.of(key);
  }

  /**
   * Returns the fingerprint of a public key.
   *
   * @param key in the encoding of RFC 4253, section 6.6
   */
  static String fingerprint(byte[] key) {
    byte[] sha256 = HexFormat.of().parseHex(Digest.of(key).hex());
    return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(sha256);
  }
}
