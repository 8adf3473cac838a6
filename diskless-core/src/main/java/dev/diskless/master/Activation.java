package dev.diskless.master;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.host.Command;
import dev.diskless.host.Progress;
import dev.diskless.problem.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Installs a bundle beside the active release, checks it, and switches to it. Served files do not
 * change before the switch. If a service fails after the switch, the master returns to the release
 * before.
 */
public final class Activation {

  private final ActivationRequest request;
  private final BundleHead head;
  private final MasterHost host;
  private final InstallScriptRun script;
  private final Progress progress;

  private Activation(ActivationRequest request, Progress progress) throws IOException {
    this.request = request;
    this.head = BundleHead.read(request.bundle());
    this.host = new MasterHost(request.root(), head.directory(), head.cluster());
    this.script = new InstallScriptRun(head, host, progress);
    this.progress = progress;
  }

  /**
   * Result of a successful activation.
   *
   * @param version version of the bundle, which is active now
   * @param warnings warnings about files that could not be checked
   */
  public record Outcome(String version, List<Problem> warnings) {

    public Outcome {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Installs and activates a bundle.
   *
   * @throws dev.diskless.problem.ProblemException if the activation fails; the master then serves
   *     the release before
   */
  public static Outcome run(ActivationRequest request, Progress progress) throws IOException {
    return run(request, new Services("systemctl", progress), progress);
  }

  static Outcome run(ActivationRequest request, Services services, Progress progress)
      throws IOException {
    return new Activation(request, progress).run(services);
  }

  /** Prints each step without performing it. */
  public static void plan(ActivationRequest request, Progress progress) throws IOException {
    new Activation(request, progress).plan();
  }

  private Outcome run(Services services) throws IOException {
    try (Session session = Session.of(host)) {
      script.run(installing(session.arguments("--no-switch")));
      List<Problem> warnings = new ArrayList<>(new HostChecks(host, progress).run(head.version()));
      script.run(session.arguments("--switch", head.version()));
      new ServiceReload(host, session, script, progress).settle(request.services(), services);
      return new Outcome(head.version(), warnings);
    }
  }

  private void plan() throws IOException {
    script.run(installing(List.of("--dry-run")));
    List<String> files = masterFiles();
    HostChecks.plan(files).forEach(c -> progress.say("would " + c));
    if (request.services()) {
      Services.concerned(files)
          .forEach(s -> progress.say("would " + Services.plan(s) + ", if its files change"));
    }
  }

  private List<String> masterFiles() throws IOException {
    String folder =
        script
            .master(request.bundle(), request.master())
            .map(BundleLayout::master)
            .orElseGet(BundleLayout::master)
            .raw();
    Command.Result listed =
        Command.of("tar", "--quoting-style=literal", "-tf", request.bundle().toString(), folder)
            .run();
    return listed.lines().stream()
        .filter(l -> l.startsWith(folder + "/") && !l.endsWith("/"))
        .map(l -> l.substring(folder.length()))
        .toList();
  }

  private List<String> installing(List<String> options) {
    List<String> arguments = new ArrayList<>(options);
    request.master().ifPresent(m -> arguments.addAll(List.of("--master", m)));
    if (request.replace()) {
      arguments.add("--replace");
    }
    if (request.verifyLinks()) {
      arguments.add("--verify-links");
    }
    arguments.add(request.bundle().toAbsolutePath().toString());
    return arguments;
  }
}
