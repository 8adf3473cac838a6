package dev.diskless.master;

import dev.diskless.host.Progress;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Switches back to a release that is installed. */
public final class Rollback {

  private Rollback() {}

  /**
   * @param version to go to; where empty, the release that the active one replaced
   * @param services whether services are reloaded
   * @throws ProblemException if there is no such release, or a service failed and the switch was
   *     taken back
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

  /** Tells what would be done, and does nothing. */
  public static void plan(MasterHost host, Optional<String> version, Progress progress)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--dry-run", "--rollback"));
    version.ifPresent(arguments::add);
    InstallScriptRun.ofActive(host, progress).run(arguments);
  }
}
