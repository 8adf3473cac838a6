package dev.diskless.master;

import dev.diskless.host.Progress;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What follows a switch: the services, and the way back when one of them fails. */
final class Switched {

  private final MasterHost host;
  private final Session session;
  private final InstallScriptRun script;
  private final Progress progress;

  Switched(MasterHost host, Session session, InstallScriptRun script, Progress progress) {
    this.host = host;
    this.session = session;
    this.script = script;
    this.progress = progress;
  }

  /**
   * @throws ProblemException if a service failed, after the switch was taken back
   */
  void settle(boolean withServices, Services services) throws IOException {
    String version = host.active().orElseThrow();
    List<Service> concerned = Services.concerned(host.changedBySwitch());
    if (!withServices) {
      concerned.forEach(s -> progress.say("NOT DONE: " + Services.plan(s)));
      return;
    }
    List<Problem> failures = new ArrayList<>(services.refresh(concerned));
    if (failures.isEmpty()) {
      return;
    }
    failures.forEach(f -> progress.say(f.toString()));
    progress.say("switching back, for a service failed");
    script.run(session.arguments("--undo"));
    List<Problem> again = services.refresh(concerned);
    String now =
        host.active()
            .map(a -> "release " + a + " is active again")
            .orElse("no release is active, as before");
    failures.add(
        again.isEmpty()
            ? Problem.error(
                "release " + version + " was not kept, for a service failed with it; " + now,
                "mend what the service says, and activate again")
            : Problem.error(
                "release "
                    + version
                    + " was not kept, for a service failed with it; "
                    + now
                    + ", and with that failed, too: "
                    + again.get(0).message(),
                "look after the service by hand"));
    throw new ProblemException(failures);
  }
}
