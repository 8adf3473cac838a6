package dev.diskless.boot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The driver of a network card, one of those that machines commonly start from.
 *
 * @param module its name as lsmod(8) prints it
 * @param option that builds it, without {@code CONFIG_}
 * @param dependencies the options that it needs built in to be so itself and of use, the first
 *     one's own first
 * @param together options that it can do without, but that must not be modules when it is built in,
 *     because it would call them ({@code depends on MACSEC || MACSEC=n})
 */
public record NetworkDriver(
    String module, String option, List<String> dependencies, List<String> together) {

  /**
   * What a fragment asks for where the cards are not known: virtual machines, and common boards.
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

  /** Every driver that is known here. */
  public static List<NetworkDriver> all() {
    List<NetworkDriver> all = new ArrayList<>(COMMON);
    all.addAll(OTHERS);
    return all;
  }

  /** The driver of that name, of its module or of its option, whatever the case. */
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
