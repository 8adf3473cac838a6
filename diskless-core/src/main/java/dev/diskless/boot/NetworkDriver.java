package dev.diskless.boot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Driver of a network card that machines commonly start from.
 *
 * @param module name of the driver in lsmod(8)
 * @param option option of the driver without {@code CONFIG_}
 * @param dependencies options that must be built in so that a built-in driver works, each after its
 *     own dependencies
 * @param together optional options that must not be modules if the driver is built in, because the
 *     driver calls them ({@code depends on MACSEC || MACSEC=n})
 */
public record NetworkDriver(
    String module, String option, List<String> dependencies, List<String> together) {

  /**
   * Drivers for a fragment if the network cards are unknown: virtual machines and common boards.
   */
  static final List<NetworkDriver> COMMON =
      List.of(
          virtio(),
          of("e1000", "E1000", "NET_VENDOR_INTEL"),
          of("e1000e", "E1000E", "NET_VENDOR_INTEL"),
          of("igb", "IGB", "NET_VENDOR_INTEL"),
          of("r8169", "R8169", "NET_VENDOR_REALTEK"));

  private static final List<NetworkDriver> OTHERS =
      List.of(
          of("igc", "IGC", "NET_VENDOR_INTEL"),
          of("ixgbe", "IXGBE", "NET_VENDOR_INTEL"),
          of("i40e", "I40E", "NET_VENDOR_INTEL"),
          of("ice", "ICE", "NET_VENDOR_INTEL"),
          of("tg3", "TIGON3", "NET_VENDOR_BROADCOM"),
          of("bnx2", "BNX2", "NET_VENDOR_BROADCOM"),
          of("bnxt_en", "BNXT", "NET_VENDOR_BROADCOM"),
          of("8139too", "8139TOO", "NET_VENDOR_REALTEK"),
          of("8139cp", "8139CP", "NET_VENDOR_REALTEK"),
          of("e100", "E100", "NET_VENDOR_INTEL"),
          of("pcnet32", "PCNET32", "NET_VENDOR_AMD"),
          of("mlx5_core", "MLX5_CORE", "NET_VENDOR_MELLANOX", "MLX5_CORE_EN")
              .together("HYPERV", "PCI_HYPERV_INTERFACE", "VXLAN", "MLXFW"),
          of("vmxnet3", "VMXNET3"),
          of("atlantic", "AQTION", "NET_VENDOR_AQUANTIA").together("MACSEC"));

  public NetworkDriver {
    dependencies = List.copyOf(dependencies);
    together = List.copyOf(together);
  }

  /** Returns all known drivers. */
  public static List<NetworkDriver> all() {
    List<NetworkDriver> all = new ArrayList<>(COMMON);
    all.addAll(OTHERS);
    return all;
  }

  /** Returns the driver with this name of its module or option, in upper or lower case. */
  public static Optional<NetworkDriver> of(String name) {
    String bare = name.strip().replace('-', '_').replaceFirst("(?i)^config_", "");
    return all().stream()
        .filter(d -> d.module.equalsIgnoreCase(bare) || d.option.equalsIgnoreCase(bare))
        .findFirst();
  }

  private static NetworkDriver virtio() {
    return new NetworkDriver(
        "virtio_net",
        "VIRTIO_NET",
        List.of("PCI", "VIRTIO_MENU", "VIRTIO_PCI", "VIRTIO", "NETDEVICES", "NET_CORE"),
        List.of());
  }

  private static NetworkDriver of(String module, String option, String... vendor) {
    List<String> dependencies = new ArrayList<>(List.of("PCI", "NETDEVICES", "ETHERNET"));
    dependencies.addAll(Arrays.asList(vendor));
    return new NetworkDriver(module, option, dependencies, List.of());
  }

  private NetworkDriver together(String... options) {
    return new NetworkDriver(module, option, dependencies, List.of(options));
  }
}
