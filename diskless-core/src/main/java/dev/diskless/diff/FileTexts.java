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

/** Requested text files of a version, by their SHA-256. Binary files are left out. */
final class FileTexts {

  /** Maximum size of a file that is read, in bytes. */
  static final long MAX_FILE = 1 << 24;

  /** Maximum size of all kept texts, in bytes. Further texts are left out. */
  private static final long MAX_ALL = 1 << 26;

  private final Map<String, String> texts = new HashMap<>();
  private final Set<String> passedOver = new HashSet<>();

  /**
   * Reads the files with these contents.
   *
   * @param digests SHA-256 of each content, in hexadecimal digits
   */
  static FileTexts read(ComparedVersion compared, Set<String> digests) throws IOException {
    FileTexts texts = new FileTexts();
    if (digests.isEmpty()) {
      return texts;
    }
    Map<TreePath, String> names = compared.manifest().having(digests);
    long[] kept = {0};
    Set<String> read = new HashSet<>();
    compared
        .source()
        .read(
            names.keySet(),
            (name, content) -> {
              String digest = names.get(name);
              if (!read.add(digest)) {
                return;
              }
              byte[] bytes = content.readNBytes((int) MAX_FILE + 1);
              if (!Digest.of(bytes).hex().equals(digest)) {
                throw compared.damaged(name + " differs from its digest in the manifest", null);
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

  /** Returns the text if it is UTF-8 without NUL, which git(1) and grep(1) also take for text. */
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
