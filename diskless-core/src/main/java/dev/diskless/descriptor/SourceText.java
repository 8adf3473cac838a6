package dev.diskless.descriptor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A user's text file, decoded.
 *
 * @param file its name for messages
 * @param text without a byte order mark
 */
record SourceText(String file, String text) {

  /** Far above what a cluster of 65,536 nodes takes, far below what hurts. */
  private static final long MAX_BYTES = 64L << 20;

  /**
   * @param path the file
   * @param baseDir names in messages are relative to it
   * @param what such as "the descriptor"
   * @throws ProblemException if there is no such file, or it is not text in UTF-8
   */
  static SourceText read(Path path, Path baseDir, String what) throws IOException {
    String file = display(path, baseDir);
    Location whole = Location.of(file);
    if (Files.isDirectory(path)) {
      throw new ProblemException(
          Problem.error(whole, "it is a directory", "name " + what + " itself, a file"));
    }
    if (!Files.exists(path)) {
      throw new ProblemException(
          Problem.error(
              whole, "the file does not exist", "write " + what + " there, or correct the path"));
    }
    if (Files.size(path) > MAX_BYTES) {
      throw new ProblemException(
          Problem.error(
              whole,
              "it is larger than %d MiB".formatted(MAX_BYTES >> 20),
              "choose the right file, or write nodes as ranges"));
    }
    try {
      return new SourceText(file, decode(Files.readAllBytes(path), file));
    } catch (AccessDeniedException denied) {
      throw new ProblemException(
          Problem.error(whole, "it cannot be read", "make the file readable for your user"),
          denied);
    }
  }

  /** Relative to the base where it lies below it, with slashes on every system. */
  static String display(Path path, Path baseDir) {
    Path absolute = path.toAbsolutePath().normalize();
    Path base = baseDir.toAbsolutePath().normalize();
    Path shown = absolute.startsWith(base) ? base.relativize(absolute) : absolute;
    String name = shown.toString().replace('\\', '/');
    return name.isEmpty() ? "." : name;
  }

  private static String decode(byte[] bytes, String file) {
    CharsetDecoder decoder =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, out, true);
    out.flip();
    String text = out.toString();
    if (result.isError()) {
      int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
      String before = text.substring(text.lastIndexOf('\n') + 1);
      throw new ProblemException(
          Problem.error(
              new Location(file, line, before.codePointCount(0, before.length()) + 1),
              "the byte 0x%02X is not text in UTF-8".formatted(bytes[in.position()] & 0xFF),
              "save the file in the encoding UTF-8"));
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
