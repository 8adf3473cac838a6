package dev.diskless.master;

import dev.diskless.host.Progress;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reloads the services after a switch, and undoes the switch if a service fails. */
final class ServiceReload {

  private final MasterHost host;
  private final Session session;
  private final InstallScriptRun script;
  private final Progress progress;

  ServiceReload(MasterHost host, Session session, InstallScriptRun script, Progress progress) {
    this.host = host;
    this.session = session;
    this.script = script;
    this.progress = progress;
  }

  /**
   * @throws ProblemException if a service failed; the switch is then undone
   */
  void settle(boolean withServices, Services services) throws IOException {
    String version = host.active().orElseThrow();
    List<Service> concerned = Services.concerned(host.changedBySwitch());
    if (!withServices) {
      concerned.forEach(s -> progress.say("Skipped (trial run): " + Services.plan(s)));
      return;
    }
    List<Problem> failures = new ArrayList<>(services.refresh(concerned));
    if (failures.isEmpty()) {
      return;
    }
    failures.forEach(f -> progress.say(f.toString()));
    progress.say("switching back, because a service failed");
    script.run(session.arguments("--undo"));
    List<Problem> again = services.refresh(concerned);
    String now =
        host.active()
            .map(a -> "release " + a + " is active again")
            .orElse("no release is active, as before");
    failures.add(
        again.isEmpty()
            ? Problem.error(
                "release " + version + " was not kept, because a service failed with it; " + now,
                "correct what the service reports, and activate again")
            : Problem.error(
                "release "
                    + version
                    + " was not kept, because a service failed with it; "
                    + now
                    + ", and a service fails with it too: "
                    + again.get(0).message(),
                "repair the service by hand"));
    throw new ProblemException(failures);
  }
}
