package dev.diskless.mojo;

import org.apache.maven.plugins.annotations.Parameter;

/** What goals have in common that switch between releases. */
abstract class AbstractReleaseMojo extends AbstractMasterMojo {

  /** Tells each step, and does none. */
  @Parameter(property = "diskless.dryRun", defaultValue = "false")
  private boolean dryRun;

  /**
   * Whether services are reloaded, and the switch is taken back when one fails. By default they are
   * where <code>diskless.root</code> is <code>/</code>.
   */
  @Parameter(property = "diskless.services")
  private Boolean services;

  AbstractReleaseMojo(RepositoryArtifacts artifacts) {
    super(artifacts);
  }

  final boolean isDryRun() {
    return dryRun;
  }

  final boolean withServices() {
    return services == null ? isThisMachine() : services;
  }
}
