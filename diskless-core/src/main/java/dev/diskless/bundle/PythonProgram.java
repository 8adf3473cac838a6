package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A Python program in one file, joined from the parts in {@code src/main/python/diskless_master}.
 *
 * <p>A truncated file, unless it is empty, does nothing and ends with an error. The first complete
 * statement registers a hook that fails unless the last line has run. All statements between the
 * first and the last only define names.
 */
public final class PythonProgram {

  private static final String IMPORT = "from diskless_master.";

  /**
   * The statement that opens each program. The hooks run in reverse order. The first entry of
   * sys.path is the program's own directory, where other users may have put modules.
   */
  private static final String START =
      """
      PROGRAM = (\"""%s\""", [],
                 __import__("atexit").register(lambda: PROGRAM[1] or __import__("os")._exit(70)),
                 __import__("atexit").register(lambda: PROGRAM[1] or __import__("os").write(
                     2, b"This program was cut off. It did nothing. Copy the complete file again.\\n")),
                 __import__("sys").flags.isolated or __import__("sys").path.pop(0))
      """;

  /** The last line; without it, or a part of it, the program is cut off. */
  private static final String END =
      "raise SystemExit((PROGRAM[1].append(True), %s(__import__(\"sys\").argv[1:]))[1])";

  private PythonProgram() {}

  /**
   * Returns the text of a program, without a line feed at its end.
   *
   * @param title documentation for the reader of the file; the first line names the program
   * @param parts names of modules, without ".py", in the order in which they are joined
   * @param main name of a function that takes the list of arguments and returns the exit status
   * @throws IllegalArgumentException if the title has a quote or backslash, or a part is missing
   */
  public static String of(String title, List<String> parts, String main) {
    if (title.contains("\"") || title.contains("\\")) {
      throw new IllegalArgumentException("quote or backslash in the title: " + title);
    }
    StringBuilder text = new StringBuilder(START.formatted(title));
    for (String part : parts) {
      text.append("\n\n# ---- ").append(part).append("\n\n");
      source(part)
          .lines()
          .filter(line -> isKept(part, line))
          .forEach(l -> text.append(l).append('\n'));
    }
    return text.append("\n\n").append(END.formatted(main)).toString();
  }

  private static boolean isKept(String part, String line) {
    if (!line.startsWith(IMPORT)) {
      return true;
    }
    if (line.endsWith("(") || line.endsWith("\\") || line.contains(" as ")) {
      throw new IllegalArgumentException(
          "%s.py: an import of another part must be one line without \"as\": %s"
              .formatted(part, line));
    }
    return false;
  }

  private static String source(String part) {
    String resource = "python/" + part + ".py";
    try (InputStream in = PythonProgram.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException(resource + " does not exist");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
