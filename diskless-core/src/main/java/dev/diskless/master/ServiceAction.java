package dev.diskless.master;

import java.util.List;
import java.util.Optional;

/**
 * What a service of the master must do when another release is switched to.
 *
 * @param unit the service's unit, as systemctl(1) names it
 * @param whyRestart why it must restart; it reloads where empty
 */
public record ServiceAction(String unit, Optional<String> whyRestart) {

  /**
   * What a switch asks for; the table is that of {@code activate}.
   *
   * @param changed absolute paths on the master that the switch writes or removes
   */
  public static List<ServiceAction> of(List<String> changed) {
    return Services.concerned(changed).stream()
        .map(s -> new ServiceAction(s.unit(), s.whyRestart()))
        .toList();
  }

  /** {@code restart} or {@code reload}. */
  public String verb() {
    return whyRestart.isPresent() ? "restart" : "reload";
  }
}
