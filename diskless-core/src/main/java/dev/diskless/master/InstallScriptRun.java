package dev.diskless.master;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.host.Command;
import dev.diskless.host.Progress;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs this plugin version's installer on one master. */
final class InstallScriptRun {

  private final String script;
  private final MasterHost host;
  private final Progress progress;

  InstallScriptRun(BundleHead head, MasterHost host, Progress progress) {
    this.script = head.script();
    this.host = host;
    this.progress = progress;
  }

  /** Returns a run with the names of the active release, for actions without a bundle. */
  static InstallScriptRun ofActive(MasterHost host, Progress progress) throws IOException {
    return new InstallScriptRun(
        BundleHead.installed(host.release(host.requireActive())), host, progress);
  }

  /**
   * @throws ProblemException with the script's output, if the script fails
   */
  void run(List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>();
    if (!host.isThisMachine()) {
      all.addAll(List.of("--destdir", host.root().toString()));
    }
    all.addAll(arguments);
    Command.Result outcome = outcome(all, progress);
    if (outcome.code() != 0) {
      Command.Result failure =
          new Command.Result(
              outcome.code(),
              outcome.lines().stream().filter(l -> !l.startsWith("install: warning:")).toList());
      throw new ProblemException(
          failure.lines().isEmpty()
              ? "the installer ended with exit status " + outcome.code()
              : failure.end(3),
          host.active()
              .map(
                  a ->
                      "release "
                          + a
                          + " is still active; solve the problem and run the"
                          + " goal again")
              .orElse("no release is active; solve the problem and run the goal again"));
    }
  }

  /**
   * Returns the master that this machine is in a bundle for several masters.
   *
   * @param named the master's name, if the user gave one
   * @return empty if the bundle is for one master only, or has no such master
   */
  Optional<String> master(Path bundle, Optional<String> named) throws IOException {
    List<String> which = new ArrayList<>(List.of("--which-master"));
    named.ifPresent(m -> which.addAll(List.of("--master", m)));
    which.add(bundle.toAbsolutePath().toString());
    Command.Result said = outcome(which, Progress.SILENT);
    return (said.code() == 0 ? said.lines() : List.<String>of())
        .stream().reduce((first, last) -> last);
  }

  private Command.Result outcome(List<String> arguments, Progress output) throws IOException {
    Path file = Files.createTempFile("diskless-install", ".py");
    try {
      Files.writeString(file, script, UTF_8);
      List<String> command = new ArrayList<>(List.of("python3", "-I", file.toString()));
      command.addAll(arguments);
      return Command.of(command).run(output);
    } finally {
      Files.delete(file);
    }
  }
}
