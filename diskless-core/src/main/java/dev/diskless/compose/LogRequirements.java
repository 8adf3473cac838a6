package dev.diskless.compose;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.model.CentralLog;
import dev.diskless.model.Group;
import dev.diskless.problem.Problems;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;

/**
 * Warns of groups whose descriptor asks for logs on the master, but whose image has no program that
 * sends them. A group that sends logs only by default causes no warning.
 */
public final class LogRequirements {

  private static final TreePath RSYSLOG = TreePath.of("usr/sbin/rsyslogd");

  private LogRequirements() {}

  /**
   * @param tree of the group, with all its layers
   */
  public static void check(Descriptor descriptor, Group group, FileTree tree, Problems problems) {
    if (group.log() != CentralLog.SYSLOG || tree.resolve(RSYSLOG).isPresent()) {
      return;
    }
    descriptor
        .placeOf(group, "log")
        .ifPresent(
            at ->
                problems.warning(
                    at,
                    "group %s: log: syslog needs /%s, which the image %s does not have"
                        .formatted(group.name(), RSYSLOG.raw(), group.image()),
                    "add the package rsyslog to it, or write log: none"));
  }
}
