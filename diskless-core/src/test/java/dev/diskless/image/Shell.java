package dev.diskless.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs scripts that make what Java cannot. */
final class Shell {

  private Shell() {}

  /** Runs a script; each argument is $1, $2 … in it. Returns what it prints. */
  static String run(String script, Object... arguments) throws IOException, InterruptedException {
    String[] command = new String[4 + arguments.length];
    command[0] = "sh";
    command[1] = "-euc";
    command[2] = script;
    command[3] = "sh";
    for (int i = 0; i < arguments.length; i++) {
      command[4 + i] = arguments[i].toString();
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(() -> script + "\n" + printed).isZero();
    return printed;
  }

  static boolean isRoot() throws IOException {
    return Files.exists(Path.of("/proc/self"))
        && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  static void assumeRoot(String what) throws IOException {
    assumeTrue(isRoot(), "NOT TESTED: only root can make " + what);
  }

  static void assumeCommand(String command) throws IOException, InterruptedException {
    boolean found =
        new ProcessBuilder("sh", "-c", "command -v " + command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
    assumeTrue(found, "NOT TESTED: " + command + " is not installed");
  }
}
