package dev.diskless.mojo;

import dev.diskless.boot.KernelPatch;
import dev.diskless.goal.Goal;
import dev.diskless.goal.KernelGoal;
import java.io.File;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * Tells what a kernel is, and whether it can start diskless, with an initramfs and without. What it
 * lacks to do without is left as a configuration fragment under <code>target/diskless/kernel</code>
 * for the kernel's <code>merge_config.sh</code>. It also writes the root device and root flags into
 * a copy, as rdev did.
 */
@Mojo(name = "kernel", threadSafe = true, configurator = "diskless")
public final class KernelMojo extends AbstractImageMojo {

  /** The kernel's file: a bzImage or an arm64 Image. By default the kernels of the images. */
  @Parameter(property = "diskless.kernel")
  private File kernel;

  /**
   * The configuration that the kernel was built with. By default <code>config-VERSION</code> beside
   * it, or else the one that it holds itself.
   */
  @Parameter(property = "diskless.kernel.config")
  private File configuration;

  /**
   * The drivers that must be built in to start without an initramfs, such as <code>igb</code>, with
   * commas between them. By default any one will do.
   */
  @Parameter(property = "diskless.kernel.nic")
  private List<String> drivers;

  /**
   * The root device that is written at byte 508 of a copy: <code>/dev/nfs</code>, <code>8:1</code>
   * or <code>0x0801</code>.
   */
  @Parameter(property = "diskless.kernel.rootDevice")
  private String rootDevice;

  /**
   * The root flags that are written at byte 498 of a copy: <code>rw</code>, which is 0, or <code>ro
   * </code>, which is 1.
   */
  @Parameter(property = "diskless.kernel.rootFlags")
  private String rootFlags;

  /** The copy; by default the file of the same name under <code>target/diskless/kernel</code>. */
  @Parameter(property = "diskless.kernel.output")
  private File output;

  @Inject
  public KernelMojo(RepositorySystem repositories) {
    super(repositories);
  }

  @Override
  Goal goal() {
    return new KernelGoal(
        Optional.ofNullable(kernel).map(File::toPath),
        Optional.ofNullable(configuration).map(File::toPath),
        list(drivers),
        KernelPatch.of(rootDevice, rootFlags),
        Optional.ofNullable(output).map(File::toPath));
  }
}
