package dev.diskless.release;

import dev.diskless.problem.Problem;
import dev.diskless.program.Program;
import dev.diskless.progress.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes the services of the master read what a switch gave them. */
final class Services {

  private final String systemctl;
  private final Progress progress;

  /**
   * @param systemctl the program, systemctl(1) or what stands for it
   */
  Services(String systemctl, Progress progress) {
    this.systemctl = systemctl;
    this.progress = progress;
  }

  static List<Service> concerned(List<String> changed) {
    return Arrays.stream(Service.values()).filter(s -> s.isConcerned(changed)).toList();
  }

  static String plan(Service service) {
    return service
        .whyRestart()
        .map(why -> "restart " + service.unit() + ", for " + why)
        .orElse("reload " + service.unit());
  }

  /**
   * Reloads or restarts each, and looks whether it runs then.
   *
   * @return what failed; empty when all run
   */
  List<Problem> refresh(List<Service> services) throws IOException {
    List<Problem> failures = new ArrayList<>();
    for (Service service : services) {
      if (systemctl("cat", service.unit()).code() != 0) {
        progress.say(
            "NOT RELOADED: there is no service "
                + service.unit()
                + " here, though the release has files for it");
        continue;
      }
      progress.say(plan(service));
      String verb = service.whyRestart().isPresent() ? "restart" : "reload-or-restart";
      Program.Outcome outcome = systemctl(verb, service.unit());
      if (outcome.code() == 0) {
        outcome = systemctl("is-active", service.unit());
      }
      if (outcome.code() != 0) {
        failures.add(
            Problem.error(
                "service " + service.unit() + " failed: " + outcome.end(3),
                "see journalctl -u " + service.unit()));
      }
    }
    return failures;
  }

  private Program.Outcome systemctl(String verb, String unit) throws IOException {
    return Program.run(List.of(systemctl, verb, unit), Progress.SILENT);
  }
}
