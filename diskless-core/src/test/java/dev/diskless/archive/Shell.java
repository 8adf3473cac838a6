package dev.diskless.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the real programs in a directory. */
final class Shell {

  private final Path directory;

  Shell(Path directory) {
    this.directory = directory;
  }

  /** Tests of owners, devices and capabilities need root and the programs that look at them. */
  static void assumeRoot(String... programs) throws IOException, InterruptedException {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && new Shell(Path.of("/")).run("id -u").strip().equals("0"),
        "SKIPPED: needs Linux and root, to make files of other owners and device nodes");
    for (String program : programs) {
      assumeTrue(
          new Shell(Path.of("/")).status("command -v " + program) == 0,
          "SKIPPED: needs the program " + program);
    }
  }

  /** What the script prints, bytes one a char; fails if it fails. */
  String run(String script) throws IOException, InterruptedException {
    Path log = Files.createTempFile("shell", ".log");
    try {
      int status = start(script, log);
      String output = Files.readString(log, ISO_8859_1);
      if (status != 0) {
        throw new AssertionError(script + " ended with " + status + ":\n" + output);
      }
      return output;
    } finally {
      Files.delete(log);
    }
  }

  private int status(String script) throws IOException, InterruptedException {
    Path log = Files.createTempFile("shell", ".log");
    try {
      return start(script, log);
    } finally {
      Files.delete(log);
    }
  }

  private int start(String script, Path log) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of("sh", "-euc", "PATH=$PATH:/usr/sbin:/sbin; " + script))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(script + " took more than two minutes");
    }
    return process.exitValue();
  }
}
