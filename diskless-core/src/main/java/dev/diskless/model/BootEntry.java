package dev.diskless.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a loader starts for a node, whatever the loader.
 *
 * @param kernel its path below the root of the TFTP server
 * @param initrd its path below the root of the TFTP server; empty where the kernel needs none
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
   * What a node boots. With an initramfs the NIC is named by no argument: initramfs-tools takes the
   * one that {@code BOOTIF} names by its MAC, so that it does not matter how the kernel names it.
   * The kernel itself knows no {@code BOOTIF}. It is told the name where that is one of its own;
   * else it asks for an address on all (Documentation/admin-guide/nfs/nfsroot.rst).
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

  /** What our module for the initramfs reads (resource dev/diskless/initramfs). */
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

  /** The kernel's command line. */
  public String commandLine() {
    return String.join(" ", arguments);
  }
}
