package dev.diskless.diff;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The goal {@code diff}: compares, prints, and writes what was found for programs and people. */
public final class DiffRun {

  private DiffRun() {}

  /**
   * @param folder takes {@code diff.json} and {@code diff.md}
   * @param limit of files told for the same nodes, and of lines told of a file
   * @param out takes what is printed, and stays open
   */
  public static void run(Side from, Side to, Path folder, int limit, PrintStream out)
      throws IOException {
    Difference difference = Comparison.of(from, to);
    Files.createDirectories(folder);
    Path json = folder.resolve("diff.json");
    write(json, JsonReport.of(difference));
    write(folder.resolve("diff.md"), MarkdownReport.of(difference, limit));
    TextReport.of(difference, limit, json.toString()).forEach(out::println);
    out.flush();
  }

  private static void write(Path file, String text) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    Files.writeString(partial, text, UTF_8);
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
