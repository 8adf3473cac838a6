package dev.diskless.model;

import java.util.Objects;
import java.util.Optional;

/**
 * Settings of the operating system on the nodes of a group.
 *
 * @param log destination of the system log
 * @param locale language and character set, such as {@code de_DE.UTF-8} (locale(7)); empty for the
 *     setting of the image
 * @param timezone file below {@code /usr/share/zoneinfo}, such as {@code Europe/Berlin}; empty for
 *     the setting of the image
 */
public record SystemSettings(
    @Key(defaultsTo = "syslog") CentralLog log,
    Optional<String> locale,
    Optional<String> timezone) {

  public SystemSettings {
    Objects.requireNonNull(log, "log");
    Objects.requireNonNull(locale, "locale");
    Objects.requireNonNull(timezone, "timezone");
  }
}
