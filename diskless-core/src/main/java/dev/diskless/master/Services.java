package dev.diskless.master;

import dev.diskless.host.Command;
import dev.diskless.host.Progress;
import dev.diskless.problem.Problem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reloads or restarts the services of the master after a switch. */
final class Services {

  /**
   * Time until a service is tested. A unit of type simple is active as soon as its program starts
   * (systemd.service(5)), even if its port is in use and it fails soon.
   */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  private final String systemctl;
  private final Progress progress;

  /**
   * @param systemctl path of systemctl(1) or of a replacement
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
        .map(why -> "restart " + service.unit() + ", because " + why)
        .orElse("reload " + service.unit());
  }

  /**
   * Reloads or restarts each service, and checks some time later whether it runs.
   *
   * @return the problems; empty if all services run
   */
  List<Problem> refresh(List<Service> services) throws IOException {
    List<Problem> failures = new ArrayList<>();
    List<Service> refreshed = new ArrayList<>();
    for (Service service : services) {
      if (systemctl("cat", service.unit()).code() != 0) {
        progress.say(
            "Skipped: this machine has no service "
                + service.unit()
                + ", although the release has files for it");
        continue;
      }
      progress.say(plan(service));
      String verb = service.whyRestart().isPresent() ? "restart" : "reload-or-restart";
      Command.Result outcome = systemctl(verb, service.unit());
      if (outcome.code() == 0) {
        refreshed.add(service);
      } else {
        failures.add(failure(service, outcome));
      }
    }
    if (failures.isEmpty() && !refreshed.isEmpty()) {
      settle();
      for (Service service : refreshed) {
        Command.Result outcome = systemctl("is-active", service.unit());
        if (outcome.code() != 0) {
          failures.add(failure(service, outcome));
        }
      }
    }
    return failures;
  }

  private static Problem failure(Service service, Command.Result outcome) {
    return Problem.error(
        "service " + service.unit() + " failed: " + outcome.end(3),
        "see journalctl -u " + service.unit());
  }

  private static void settle() throws IOException {
    try {
      Thread.sleep(SETTLED.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted before the state of the services was known");
    }
  }

  private Command.Result systemctl(String verb, String unit) throws IOException {
    return Command.of(systemctl, verb, unit).run();
  }
}
