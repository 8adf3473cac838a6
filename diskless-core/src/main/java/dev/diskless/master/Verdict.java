package dev.diskless.master;

import java.util.List;

/**
 * What becomes of a release.
 *
 * @param version the release
 * @param reasons why it is kept; it goes where there is none
 */
public record Verdict(String version, List<String> reasons) {

  public Verdict {
    reasons = List.copyOf(reasons);
  }

  /** Whether it stays. */
  public boolean isKept() {
    return !reasons.isEmpty();
  }

  @Override
  public String toString() {
    return isKept() ? "keep " + version + ": " + String.join("; ", reasons) : "remove " + version;
  }
}
