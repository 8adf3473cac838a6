package dev.diskless.master;

import dev.diskless.host.Progress;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Switches back to an installed release. */
public final class Rollback {

  private Rollback() {}

  /**
   * @param version release to activate; if empty, the release before the active release
   * @param services whether services are reloaded
   * @throws ProblemException if the release does not exist, or a service failed and the switch was
   *     undone
   */
  public static void run(
      MasterHost host, Optional<String> version, boolean services, Progress progress)
      throws IOException {
    InstallScriptRun script = InstallScriptRun.ofActive(host, progress);
    try (Session session = Session.of(host)) {
      List<String> arguments = new ArrayList<>(session.arguments("--rollback"));
      version.ifPresent(arguments::add);
      script.run(arguments);
      new ServiceReload(host, session, script, progress)
          .settle(services, new Services("systemctl", progress));
    }
  }

  /** Prints the steps without performing them. */
  public static void plan(MasterHost host, Optional<String> version, Progress progress)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--dry-run", "--rollback"));
    version.ifPresent(arguments::add);
    InstallScriptRun.ofActive(host, progress).run(arguments);
  }
}
