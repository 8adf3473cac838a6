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
 * Reports what a kernel is, and whether it can start diskless, with and without an initramfs.
 * Missing settings are written as a configuration fragment for <code>merge_config.sh</code> of the
 * kernel, to <code>target/diskless/kernel</code>. The goal also writes the root device and root
 * flags to a copy of the kernel, like rdev.
 */
@Mojo(name = "kernel", threadSafe = true, configurator = "diskless")
public final class KernelMojo extends AbstractImageMojo {

  /** File of the kernel: a bzImage or an arm64 Image. The default is the kernels of all images. */
  @Parameter(property = "diskless.kernel")
  private File kernel;

  /**
   * Configuration of the kernel. The default is <code>config-VERSION</code> beside the kernel, or
   * else the configuration in the kernel.
   */
  @Parameter(property = "diskless.kernel.config")
  private File configuration;

  /**
   * Built-in drivers that a start without an initramfs needs, such as <code>igb</code>, separated
   * by commas. By default, any driver is enough.
   */
  @Parameter(property = "diskless.kernel.nic")
  private List<String> drivers;

  /**
   * Root device to write at byte 508 of a copy: <code>/dev/nfs</code>, <code>8:1</code> or <code>
   * 0x0801</code>.
   */
  @Parameter(property = "diskless.kernel.rootDevice")
  private String rootDevice;

  /** Root flags to write at byte 498 of a copy: <code>rw</code> (0) or <code>ro</code> (1). */
  @Parameter(property = "diskless.kernel.rootFlags")
  private String rootFlags;

  /** File of the copy. The default is the same file name in <code>target/diskless/kernel</code>. */
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
