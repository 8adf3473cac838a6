package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.ShowGoal;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * Prints one file of a node or of a master as it would be served, or the whole tree, and which
 * layer each part came from. It works on the descriptor as it is now, not on the last build.
 */
@Mojo(name = "show", threadSafe = true, configurator = "diskless")
public final class ShowMojo extends AbstractImageMojo {

  /** The node; without it a master is shown. */
  @Parameter(property = "diskless.node")
  private String node;

  /**
   * The master by its name. Where there is only one, no name is needed, and it is also the default.
   */
  @Parameter(property = "diskless.master")
  private String master;

  /** The path of a file, such as <code>etc/fstab</code>; without it the tree is shown. */
  @Parameter(property = "diskless.file")
  private String file;

  /** The tree is shown at and below this path. */
  @Parameter(property = "diskless.under", defaultValue = "/")
  private String under;

  @Inject
  public ShowMojo(RepositorySystem repositories) {
    super(repositories);
  }

  /** Prints to standard output and not to the log, so that another program can read the result. */
  @Override
  Goal goal() {
    // Maven makes "true" of a property without a value.
    boolean isSaid = master != null && !master.equals("false");
    Optional<String> name =
        Optional.ofNullable(master).filter(m -> isSaid && !m.isEmpty() && !m.equals("true"));
    Optional<String> wanted = isSaid ? Optional.empty() : Optional.ofNullable(node);
    return new ShowGoal(wanted, name, Optional.ofNullable(file), under, System.out);
  }
}
