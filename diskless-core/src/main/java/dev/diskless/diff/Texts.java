package dev.diskless.diff;

import dev.diskless.tree.Digest;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The texts of a version that are wanted, by their SHA-256. What is no text is not kept. */
final class Texts {

  /** Files beyond this are not read, in bytes. */
  static final long MAX_FILE = 1 << 24;

  /** All that is kept, in bytes; what comes after is passed over. */
  private static final long MAX_ALL = 1 << 26;

  private final Map<String, String> texts = new HashMap<>();
  private final Set<String> passedOver = new HashSet<>();

  /**
   * @param digests in hexadecimal digits
   */
  static Texts read(Side side, Set<String> digests) throws IOException {
    Texts texts = new Texts();
    if (digests.isEmpty()) {
      return texts;
    }
    Map<TreePath, String> names = side.manifest().having(digests);
    long[] kept = {0};
    Set<String> read = new HashSet<>();
    side.source()
        .read(
            names.keySet(),
            (name, content) -> {
              String digest = names.get(name);
              if (!read.add(digest)) {
                return;
              }
              byte[] bytes = content.readNBytes((int) MAX_FILE + 1);
              if (!Digest.of(bytes).hex().equals(digest)) {
                throw side.damaged(name + " is not what the manifest says", null);
              }
              Optional<String> text = text(bytes);
              if (text.isPresent() && kept[0] + bytes.length > MAX_ALL) {
                texts.passedOver.add(digest);
              } else {
                text.ifPresent(t -> texts.texts.put(digest, t));
                kept[0] += text.isPresent() ? bytes.length : 0;
              }
            });
    return texts;
  }

  /** UTF-8 without a NUL, as git(1) and grep(1) recognize text. */
  private static Optional<String> text(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  Optional<String> get(String digest) {
    return Optional.ofNullable(texts.get(digest));
  }

  boolean isPassedOver(String digest) {
    return passedOver.contains(digest);
  }
}
