package dev.diskless.diff;

import dev.diskless.host.AtomicFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The goal {@code diff}: compares, prints, and writes what was found for programs and people. */
public final class DiffRun {

  private DiffRun() {}

  /**
   * @param folder folder for {@code diff.json} and {@code diff.md}
   * @param limit maximum number of files per block and of lines per file that the report shows
   * @param out receives the text report; stays open
   */
  public static void run(
      ComparedVersion from, ComparedVersion to, Path folder, int limit, PrintStream out)
      throws IOException {
    Difference difference = Comparison.of(from, to);
    Files.createDirectories(folder);
    Path json = folder.resolve("diff.json");
    AtomicFile.write(json, JsonReport.of(difference));
    AtomicFile.write(folder.resolve("diff.md"), MarkdownReport.of(difference, limit));
    TextReport.of(difference, limit, json.toString()).forEach(out::println);
    out.flush();
  }
}
