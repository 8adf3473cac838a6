package dev.diskless.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How the nodes of a group start.
 *
 * @param root how a node gets its root file system
 * @param boot loader of the nodes
 * @param initramfs source of the first root of a node; {@code NONE} only with a full root
 * @param kernel version of the kernel in the image, or a pattern with {@code *} and {@code ?};
 *     empty for the default kernel
 * @param kernelArgs arguments that are appended to the kernel's command line
 */
public record BootSettings(
    @Key(defaultsTo = "full") RootMode root,
    @Key(defaultsTo = "pxelinux") BootMethod boot,
    @Key(defaultsTo = "image") InitramfsSource initramfs,
    Optional<String> kernel,
    List<String> kernelArgs) {

  public BootSettings {
    Objects.requireNonNull(root, "root");
    Objects.requireNonNull(boot, "boot");
    Objects.requireNonNull(initramfs, "initramfs");
    Objects.requireNonNull(kernel, "kernel");
    kernelArgs = List.copyOf(kernelArgs);
    if (initramfs == InitramfsSource.NONE && root != RootMode.FULL) {
      throw new IllegalArgumentException("root: " + root.keyword() + " needs an initramfs");
    }
  }
}
