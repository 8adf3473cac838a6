package dev.diskless.master;

import dev.diskless.host.Command;
import dev.diskless.host.Progress;
import dev.diskless.host.SearchPath;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks the master's files before they are in place, with the programs that read them. Each
 * program sees the host as it would be after the switch: a separate mount namespace contains the
 * release's files over the host's root. Whatever the program writes disappears with the namespace.
 * Included files are therefore part of the check, and the paths match the rules of AppArmor.
 */
final class HostChecks {

  private static final String VIEW = "host-view.sh";

  private static final Pattern TELLING =
      Pattern.compile("(?i) line \\d+:|:\\d+[:.]|\\berror|unknown|\\bbad ");

  private final MasterHost host;
  private final Progress progress;

  HostChecks(MasterHost host, Progress progress) {
    this.host = host;
    this.progress = progress;
  }

  /**
   * Program that checks a file.
   *
   * @param program name of the program
   * @param command command line of the check
   */
  private record Checker(String program, List<String> command) {

    static Optional<Checker> of(String path) {
      if (path.equals("/etc/dhcp/dhcpd.conf")) {
        return of("dhcpd", "-t", "-4", "-cf", path, "-lf", "/dev/null");
      } else if (path.equals("/etc/dhcp/dhcpd6.conf")) {
        return of("dhcpd", "-t", "-6", "-cf", path, "-lf", "/dev/null");
      } else if (path.equals("/etc/kea/kea-dhcp6.conf")) {
        return of("kea-dhcp6", "-t", path);
      } else if (path.equals("/etc/radvd.conf")) {
        return of("radvd", "--configtest", "--config=" + path);
      } else if (path.equals("/etc/kea/kea-dhcp4.conf")) {
        return of("kea-dhcp4", "-t", path);
      } else if (path.startsWith("/etc/dnsmasq.d/")) {
        return of("dnsmasq", "--test", "-C", path);
      } else if (path.startsWith("/etc/exports.d/") && path.endsWith(".exports")) {
        return of("exportfs", path);
      } else if (path.startsWith("/etc/nginx/")) {
        return of("nginx", "-t");
      } else if (path.startsWith("/etc/rsyslog.d/")) {
        return of("rsyslogd", "-N1");
      } else if (path.equals("/etc/prometheus/prometheus.yml")) {
        return of("promtool", "check", "config", path);
      } else if (path.startsWith("/etc/ssh/sshd_config")) {
        return of("sshd", "-t");
      }
      return Optional.empty();
    }

    private static Optional<Checker> of(String program, String... arguments) {
      List<String> command = new ArrayList<>(List.of(program));
      command.addAll(List.of(arguments));
      return Optional.of(new Checker(program, command));
    }
  }

  static List<String> plan(List<String> files) {
    return files.stream()
        .flatMap(f -> Checker.of(f).stream())
        .map(c -> "check with " + String.join(" ", c.command()))
        .distinct()
        .toList();
  }

  /**
   * @return warnings about files that could not be checked
   * @throws ProblemException with all files that their programs reject
   */
  List<Problem> run(String version) throws IOException {
    List<Problem> failures = new ArrayList<>();
    List<Problem> skipped = new ArrayList<>();
    Path script = Files.createTempFile("diskless", ".sh");
    Path folder = Files.createTempDirectory("diskless");
    try {
      try (InputStream in = HostChecks.class.getResourceAsStream(VIEW)) {
        Files.write(script, in.readAllBytes());
      }
      boolean view = view(script, folder, version, List.of("true")).code() == 0;
      List<Checker> checkers =
          host.masterFiles(version).stream()
              .flatMap(f -> Checker.of(f).stream())
              .distinct()
              .toList();
      for (Checker checker : checkers) {
        String what = String.join(" ", checker.command());
        if (SearchPath.ofThisProcess().find(checker.program()).isEmpty()) {
          skipped.add(
              Problem.warning(
                  "NOT CHECKED: "
                      + checker.program()
                      + " is not installed here, so nothing ran "
                      + what,
                  "install it if this machine serves the nodes"));
        } else if (!view) {
          skipped.add(
              Problem.warning(
                  "Not checked: this machine does not allow a mount namespace with overlayfs,"
                      + " so nothing ran "
                      + what,
                  "run Maven as root and outside of a container"));
        } else {
          Command.Result outcome = view(script, folder, version, checker.command());
          if (outcome.code() == 0) {
            progress.say("checked with " + what);
          } else {
            failures.add(
                Problem.error(
                    what + " rejects the files of release " + version + ": " + why(outcome),
                    "correct the template or the descriptor, and package again"));
          }
        }
      }
    } finally {
      Files.delete(script);
      Files.delete(folder);
    }
    if (!failures.isEmpty()) {
      throw new ProblemException(failures);
    }
    return skipped;
  }

  /** Selects the important lines of the output, which contain a line number or an error. */
  private static String why(Command.Result outcome) {
    List<String> telling =
        outcome.lines().stream().filter(l -> TELLING.matcher(l).find()).limit(4).toList();
    return telling.isEmpty() ? outcome.end(4) : String.join(" / ", telling);
  }

  private Command.Result view(Path script, Path folder, String version, List<String> command)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("unshare", "--mount"));
    if (command.get(0).equals("exportfs")) {
      // The kernel keeps exports by network namespace, and must not receive these exports yet. Kea,
      // however, needs the host's interfaces.
      all.add("--net");
    }
    all.addAll(
        List.of(
            "sh",
            script.toString(),
            folder.toString(),
            host.release(version).resolve("master").toString(),
            host.root().toString()));
    all.addAll(command);
    return Command.of(all).run();
  }
}
