package dev.diskless.refresh;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Action that makes a running node use changed files.
 *
 * @param verb {@code daemon-reload}, {@code start}, {@code reload} or {@code restart} of
 *     systemctl(1), or {@code run} for another program
 * @param words units, of which the first active one is meant; or the program with its arguments
 */
record NodeAction(String verb, String words) {

  /**
   * Programs that use files.
   *
   * @param prefixes absolute paths; files at or below one of these paths are meant
   * @param action action after a change
   */
  private record User(List<String> prefixes, NodeAction action) {}

  private static final List<User> USERS =
      List.of(
          user("reload", "ssh.service sshd.service", "/etc/ssh/sshd_config"),
          user("restart", "chrony.service chronyd.service", "/etc/chrony", "/etc/chrony.conf"),
          user("restart", "systemd-timesyncd.service", "/etc/systemd/timesyncd.conf"),
          user("restart", "systemd-resolved.service", "/etc/systemd/resolved.conf"),
          user("restart", "systemd-journald.service", "/etc/systemd/journald.conf"),
          user("restart", "rsyslog.service", "/etc/rsyslog.conf", "/etc/rsyslog.d"),
          user("restart", "munge.service", "/etc/munge"),
          user("reload", "slurmd.service", "/etc/slurm"),
          user("restart", "sssd.service", "/etc/sssd"),
          user("restart", "nslcd.service", "/etc/nslcd.conf"),
          user("restart", "nscd.service", "/etc/nscd.conf"),
          user("reload", "autofs.service", "/etc/auto.", "/etc/autofs"),
          user("reload", "cups.service", "/etc/cups"),
          user("reload", "nginx.service", "/etc/nginx"),
          user("restart", "xinetd.service", "/etc/xinetd"),
          user("restart", "inetd.service inetutils-inetd.service", "/etc/inetd.conf"),
          user(
              "restart",
              "prometheus-node-exporter.service",
              "/etc/default/prometheus-node-exporter"),
          user("run", "sysctl -q --system", "/etc/sysctl.conf", "/etc/sysctl.d"),
          user("run", "udevadm control --reload", "/etc/udev/rules.d"),
          user("run", "systemd-tmpfiles --create", "/etc/tmpfiles.d"),
          user("run", "exportfs -ra", "/etc/exports"),
          user("run", "update-ca-certificates", "/usr/local/share/ca-certificates"));

  private static final Pattern UNIT =
      Pattern.compile("/etc/systemd/system/([^/]+\\.(?:service|socket|timer|path))(?:\\.d/[^/]+)?");

  private static final Pattern ENABLED =
      Pattern.compile("/etc/systemd/system/[^/]+\\.(?:wants|requires)/([^/]+)");

  private static final NodeAction DAEMON_RELOAD = new NodeAction("daemon-reload", "");

  private static User user(String verb, String words, String... prefixes) {
    return new User(List.of(prefixes), new NodeAction(verb, words));
  }

  /**
   * Returns the actions after changes, in the order in which the node does them.
   *
   * @param added absolute paths that did not exist before
   * @param changed absolute paths that changed or were removed
   */
  static List<NodeAction> after(List<String> added, List<String> changed) {
    Set<NodeAction> actions = new LinkedHashSet<>();
    Set<NodeAction> units = new LinkedHashSet<>();
    for (String path : concat(added, changed)) {
      if (path.startsWith("/etc/systemd/system/")) {
        actions.add(DAEMON_RELOAD);
      }
      Matcher unit = UNIT.matcher(path);
      if (unit.matches()) {
        units.add(new NodeAction("restart", unit.group(1)));
      }
      for (User user : USERS) {
        if (user.prefixes().stream().anyMatch(path::startsWith)) {
          units.add(user.action());
        }
      }
    }
    for (String path : added) {
      Matcher enabled = ENABLED.matcher(path);
      if (enabled.matches()) {
        units.add(new NodeAction("start", enabled.group(1)));
      }
    }
    actions.addAll(units);
    return List.copyOf(actions);
  }

  private static List<String> concat(List<String> some, List<String> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  @Override
  public String toString() {
    return verb.equals("run") ? words : (verb + " " + words).strip();
  }
}
