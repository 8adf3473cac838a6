package dev.diskless.boot;

import dev.diskless.model.RootMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Options that a kernel lacks to start its nodes, including the dependencies of these options. The
 * dependencies come from the Kconfig files since Linux 5.10.
 */
public final class KernelNeeds {

  private static final String ADDRESS = "requests its address before it mounts the root";
  private static final String ROOT = "mounts its root over NFS without an initramfs";
  private static final String CARD = "drives the network card";
  private static final String INIT = "is required by init";
  private static final String CLIENT = "mounts over NFS";
  private static final String LAYERS = "mounts a writable layer over the image";
  private static final String IMAGE = "mounts the packed image";
  private static final String INITRAMFS = "starts from an initramfs";

  private final KernelConfiguration configuration;
  private final Map<String, KernelNeed> missing = new LinkedHashMap<>();

  private KernelNeeds(KernelConfiguration configuration) {
    this.configuration = configuration;
  }

  /**
   * Returns the options that a kernel lacks to mount its root over NFS without an initramfs, with
   * {@code ip=dhcp root=/dev/nfs}. The options must be built in, because no module can be loaded
   * yet.
   *
   * @param drivers drivers that must be built in; if empty, any driver is sufficient
   * @return options in the order of Kconfig; empty if the kernel lacks none
   */
  public static List<KernelNeed> withoutInitramfs(
      KernelConfiguration configuration, List<NetworkDriver> drivers) {
    KernelNeeds needs = new KernelNeeds(configuration);
    needs.builtIn(ADDRESS, "NET", "INET", "IP_PNP", "IP_PNP_DHCP");
    if (!drivers.isEmpty()) {
      drivers.forEach(needs::driver);
    } else if (builtIn(configuration).isEmpty()) {
      NetworkDriver.COMMON.forEach(needs::driver);
    }
    needs.builtIn(
        ROOT, "MULTIUSER", "FILE_LOCKING", "NETWORK_FILESYSTEMS", "NFS_FS", "NFS_V3", "ROOT_NFS");
    needs.builtIn(
        INIT,
        "BINFMT_ELF",
        "BINFMT_SCRIPT",
        "UNIX",
        "PROC_FS",
        "SYSFS",
        "TMPFS",
        "DEVTMPFS",
        "DEVTMPFS_MOUNT",
        "CGROUPS",
        "EPOLL",
        "FHANDLE",
        "INOTIFY_USER",
        "SIGNALFD",
        "TIMERFD");
    return List.copyOf(needs.missing.values());
  }

  /**
   * Returns the options that a kernel lacks for a root mode with an initramfs. Modules are
   * sufficient.
   *
   * @return options; empty if the kernel lacks none
   */
  public static List<KernelNeed> withInitramfs(KernelConfiguration configuration, RootMode mode) {
    KernelNeeds needs = new KernelNeeds(configuration);
    needs.builtIn(INITRAMFS, "BLK_DEV_INITRD");
    needs.present(ADDRESS, "PACKET");
    needs.present(CLIENT, "NETWORK_FILESYSTEMS", "NFS_FS", "NFS_V3");
    needs.builtIn(INIT, "DEVTMPFS", "TMPFS");
    if (mode != RootMode.FULL) {
      needs.present(LAYERS, "OVERLAY_FS");
    }
    if (mode == RootMode.RAM) {
      // The install script compresses with zstd.
      needs.present(IMAGE, "BLK_DEV_LOOP", "SQUASHFS", "SQUASHFS_ZSTD");
    }
    return List.copyOf(needs.missing.values());
  }

  /** Returns the known drivers that are built into the kernel. */
  public static List<NetworkDriver> builtIn(KernelConfiguration configuration) {
    return NetworkDriver.all().stream().filter(d -> works(configuration, d)).toList();
  }

  private static boolean works(KernelConfiguration configuration, NetworkDriver driver) {
    if (!configuration.isBuiltIn(driver.option())) {
      return false;
    }
    return driver.dependencies().contains("VIRTIO_PCI")
        // The devices of a virtual machine do not always need PCI.
        ? configuration.isBuiltIn("VIRTIO_PCI") || configuration.isBuiltIn("VIRTIO_MMIO")
        : driver.dependencies().stream().allMatch(configuration::isBuiltIn);
  }

  private void driver(NetworkDriver driver) {
    if (!works(configuration, driver)) {
      driver.dependencies().forEach(d -> builtIn(CARD, d));
      driver.together().stream()
          .filter(t -> configuration.state(t) == KernelConfiguration.State.MODULE)
          .forEach(t -> builtIn(CARD, t));
      builtIn(CARD, driver.option());
    }
  }

  private void builtIn(String reason, String... options) {
    for (String option : options) {
      if (!configuration.isBuiltIn(option)) {
        missing.putIfAbsent(option, new KernelNeed(option, configuration.state(option), reason));
      }
    }
  }

  private void present(String reason, String... options) {
    for (String option : options) {
      if (!configuration.has(option)) {
        missing.putIfAbsent(option, new KernelNeed(option, configuration.state(option), reason));
      }
    }
  }

  /**
   * Returns the missing options as a configuration fragment for the kernel's {@code
   * scripts/kconfig/merge_config.sh}.
   *
   * @param title text of the first line
   */
  public static String fragment(String title, List<KernelNeed> needs) {
    Map<String, List<KernelNeed>> byReason = new LinkedHashMap<>();
    needs.forEach(n -> byReason.computeIfAbsent(n.reason(), r -> new ArrayList<>()).add(n));
    StringBuilder text = new StringBuilder("# ").append(title).append('\n');
    byReason.forEach(
        (reason, options) -> {
          text.append("\n# The kernel ").append(reason).append(":\n");
          options.forEach(n -> text.append("CONFIG_").append(n.option()).append("=y\n"));
        });
    return text.toString();
  }
}
