package dev.diskless.master;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Bundle to activate, and the master that activates it.
 *
 * @param bundle the bundle's file
 * @param master the name of this master in a bundle for several masters; by default the master with
 *     this host's name or address
 * @param root directory that contains the master's file system; usually {@code /}
 * @param replace whether to replace a release of the same version with other content
 * @param verifyLinks whether to read each file that an installed release would share with the new
 *     release
 * @param services whether services are reloaded
 */
public record ActivationRequest(
    Path bundle,
    Optional<String> master,
    Path root,
    boolean replace,
    boolean verifyLinks,
    boolean services) {

  /**
   * Requests the activation of a bundle for a single master, or for the master with this host's
   * name or address.
   */
  public ActivationRequest(
      Path bundle, Path root, boolean replace, boolean verifyLinks, boolean services) {
    this(bundle, Optional.empty(), root, replace, verifyLinks, services);
  }

  public ActivationRequest {
    Objects.requireNonNull(bundle, "bundle");
    Objects.requireNonNull(master, "master");
    Objects.requireNonNull(root, "root");
  }
}
