package dev.diskless.master;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What to activate, and where.
 *
 * @param bundle the file
 * @param master the name of the master that this is, where the bundle is for several; by default
 *     the one that has this host's name or address
 * @param root what stands for {@code /}
 * @param replace whether a release of the same version with other content goes
 * @param verifyLinks whether each file that is to be shared with an installed release is read
 * @param services whether services are reloaded
 */
public record ActivationRequest(
    Path bundle,
    Optional<String> master,
    Path root,
    boolean replace,
    boolean verifyLinks,
    boolean services) {

  /** Of a bundle for one master, or for the one that this host is. */
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
