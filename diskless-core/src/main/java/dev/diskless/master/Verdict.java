package dev.diskless.master;

import java.util.List;

/**
 * Decision whether to keep a release.
 *
 * @param version the release
 * @param reasons why the release is kept; if empty, the release is removed
 */
public record Verdict(String version, List<String> reasons) {

  public Verdict {
    reasons = List.copyOf(reasons);
  }

  /** Whether the release is kept. */
  public boolean isKept() {
    return !reasons.isEmpty();
  }

  @Override
  public String toString() {
    return isKept() ? "keep " + version + ": " + String.join("; ", reasons) : "remove " + version;
  }
}
