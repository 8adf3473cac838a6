package dev.diskless.master;

import java.util.List;
import java.util.Optional;

/**
 * Action of a service of the master after a switch of releases.
 *
 * @param unit the service's unit, as systemctl(1) names it
 * @param whyRestart why the service must restart; if empty, the service reloads
 */
public record ServiceAction(String unit, Optional<String> whyRestart) {

  /**
   * Returns the actions after a switch, from the same table as {@code activate}.
   *
   * @param changed absolute paths on the master that the switch writes or removes
   */
  public static List<ServiceAction> of(List<String> changed) {
    return Services.concerned(changed).stream()
        .map(s -> new ServiceAction(s.unit(), s.whyRestart()))
        .toList();
  }

  /** Returns {@code restart} or {@code reload}. */
  public String verb() {
    return whyRestart.isPresent() ? "restart" : "reload";
  }
}
