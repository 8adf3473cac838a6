package dev.diskless.model;

import java.util.Objects;

/**
 * Settings of the operating system on the nodes of a group.
 *
 * @param log destination of the system log
 */
public record SystemSettings(@Key(defaultsTo = "syslog") CentralLog log) {

  public SystemSettings {
    Objects.requireNonNull(log, "log");
  }
}
