package dev.diskless.release;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What to activate, and where.
 *
 * @param bundle the file
 * @param root what stands for {@code /}
 * @param replace whether a release of the same version with other content goes
 * @param verifyLinks whether each file that is to be shared with an installed release is read
 * @param services whether services are reloaded
 */
public record ActivationRequest(
    Path bundle, Path root, boolean replace, boolean verifyLinks, boolean services) {

  public ActivationRequest {
    Objects.requireNonNull(bundle, "bundle");
    Objects.requireNonNull(root, "root");
  }
}
