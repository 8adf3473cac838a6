package dev.diskless.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Kernel, initramfs and command line of a node, for every kind of loader.
 *
 * @param kernel path of the kernel below the root of the TFTP server
 * @param initrd path of the initramfs below the root of the TFTP server; empty if the kernel needs
 *     none
 * @param arguments of the kernel's command line, in order; {@code BOOTIF} is not among them,
 *     because PXELINUX appends it by itself
 */
public record BootEntry(String kernel, Optional<String> initrd, List<String> arguments) {

  /** How the kernel itself names Ethernet NICs, before udev does (systemd.net-naming-scheme(7)). */
  private static final Pattern KERNEL_NAMES = Pattern.compile("eth\\d+");

  public BootEntry {
    Objects.requireNonNull(kernel, "kernel");
    Objects.requireNonNull(initrd, "initrd");
    arguments = List.copyOf(arguments);
  }

  /**
   * Returns the boot entry of a node. With an initramfs, no argument names the network card.
   * initramfs-tools uses the card whose MAC address is in {@code BOOTIF}, whatever the kernel calls
   * the card. Without an initramfs, the kernel ignores {@code BOOTIF}. The entry then names the
   * interface if the kernel itself uses this name. Otherwise the kernel requests an address on all
   * cards (Documentation/admin-guide/nfs/nfsroot.rst).
   */
  public static BootEntry of(Cluster cluster, Node node) {
    ReleaseLayout release = cluster.release();
    Group group = node.group();
    String server = cluster.masterOf(node).address().toString();
    boolean hasInitramfs = group.initramfs() != InitramfsSource.NONE;
    boolean isKernelName = KERNEL_NAMES.matcher(group.interfaceName()).matches();
    List<String> arguments = new ArrayList<>(List.of("root=/dev/nfs"));
    if (hasInitramfs) {
      arguments.add("boot=nfs");
    }
    switch (group.root()) {
      case FULL -> {
        arguments.add("nfsroot=" + server + ":" + release.fullTree(node) + ",vers=3,tcp");
        arguments.add(
            hasInitramfs
                ? "ip=dhcp"
                : "ip=::::%s:%s:dhcp"
                    .formatted(node.name(), isKernelName ? group.interfaceName() : ""));
        arguments.add("rw");
      }
      case OVERLAY, SHARED ->
          arguments.addAll(overLayers(node, server, release, release.image(group.image())));
      case RAM ->
          arguments.addAll(overLayers(node, server, release, release.ramImage(group.image())));
    }
    if (group.root() == RootMode.SHARED) {
      arguments.add("diskless.private=" + release.privateTree(node));
    }
    if (isKernelName) {
      // Else udev renames eth0 to something like ens3, and what the node has for eth0 waits in
      // vain.
      arguments.add("net.ifnames=0");
    }
    arguments.addAll(group.kernelArgs());
    String kernels =
        group.kernel().isPresent()
            ? release.groupKernels(group)
            : release.imageKernels(group.image());
    return hasInitramfs
        ? new BootEntry(kernels + "/vmlinuz", Optional.of(kernels + "/initrd.img"), arguments)
        : new BootEntry(release.groupKernel(group), Optional.empty(), arguments);
  }

  /**
   * Returns the arguments that the initramfs module of diskless reads (resource
   * dev/diskless/initramfs).
   */
  private static List<String> overLayers(
      Node node, String server, ReleaseLayout release, String image) {
    return List.of(
        "nfsroot=" + server + ":" + image + ",vers=3,tcp,ro",
        "ip=dhcp",
        "ro",
        "diskless.root=" + node.group().root().keyword(),
        "diskless.layers="
            + release.nodeLayer(node.name())
            + ":"
            + release.groupLayer(node.group().name()));
  }

  /** Returns the kernel's command line. */
  public String commandLine() {
    return String.join(" ", arguments);
  }
}
