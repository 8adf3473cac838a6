package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.ShowGoal;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * Prints one file of a node or of a master, or the whole tree, and the layer of each part. It uses
 * the current descriptor, not the last build.
 */
@Mojo(name = "show", threadSafe = true, configurator = "diskless")
public final class ShowMojo extends AbstractImageMojo {

  /** Name of the node. Without it, the goal shows a master. */
  @Parameter(property = "diskless.node")
  private String node;

  /** Name of the master. The default is the only master of the cluster. */
  @Parameter(property = "diskless.master")
  private String master;

  /** Path of a file, such as <code>etc/fstab</code>. Without it, the goal shows the tree. */
  @Parameter(property = "diskless.file")
  private String file;

  /** Path at which the printed tree begins. */
  @Parameter(property = "diskless.under", defaultValue = "/")
  private String under;

  @Inject
  public ShowMojo(RepositorySystem repositories) {
    super(repositories);
  }

  /** Prints to standard output and not to the log, so that another program can read the result. */
  @Override
  Goal goal() {
    // Maven sets a property without a value to "true".
    boolean isSaid = master != null && !master.equals("false");
    Optional<String> name =
        Optional.ofNullable(master).filter(m -> isSaid && !m.isEmpty() && !m.equals("true"));
    Optional<String> wanted = isSaid ? Optional.empty() : Optional.ofNullable(node);
    return new ShowGoal(wanted, name, Optional.ofNullable(file), under, StandardOutput.open());
  }
}
