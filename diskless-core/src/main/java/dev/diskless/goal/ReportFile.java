package dev.diskless.goal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A report for programs.
 *
 * @param path file in JSON; empty for no report
 */
public record ReportFile(Optional<Path> path) {

  /** Writes the report, and returns the lines about it. */
  List<String> write(String json) throws IOException {
    if (path.isEmpty()) {
      return List.of();
    }
    Files.createDirectories(path.get().toAbsolutePath().getParent());
    Files.writeString(path.get(), json);
    return List.of("written: " + path.get());
  }
}
