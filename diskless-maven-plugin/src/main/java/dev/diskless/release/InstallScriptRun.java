package dev.diskless.release;

import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.program.Program;
import dev.diskless.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the script of a bundle on one master. */
final class InstallScriptRun {

  private final Path script;
  private final MasterHost host;
  private final Progress progress;

  InstallScriptRun(Path script, MasterHost host, Progress progress) {
    this.script = script;
    this.host = host;
    this.progress = progress;
  }

  /**
   * @throws ProblemException with what the script said, if it failed
   */
  void run(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", script.toString()));
    if (!host.isThisMachine()) {
      command.addAll(List.of("--destdir", host.root().toString()));
    }
    command.addAll(arguments);
    Program.Outcome outcome = Program.run(command, progress);
    if (outcome.code() != 0) {
      throw new ProblemException(
          Problem.error(
              outcome.lines().isEmpty()
                  ? "the bundle's script ended with " + outcome.code()
                  : outcome.end(3),
              host.active()
                  .map(a -> "release " + a + " is still the active one; mend this and run it again")
                  .orElse("no release is active; mend this and run it again")));
    }
  }
}
