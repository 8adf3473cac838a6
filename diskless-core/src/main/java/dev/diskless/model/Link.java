package dev.diskless.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A network interface of a node beside the one that it boots from: a card, several cards as one
 * (bond), or a VLAN of another.
 *
 * @param name name in the node's kernel
 * @param mtu size of packets in bytes; empty for the default of the kernel
 * @param bond interfaces of a bond; empty for other kinds
 * @param vlan VLAN and its parent; empty for other kinds
 * @param master bond that contains the interface; the interface then has no address
 */
public record Link(
    String name,
    Optional<Integer> mtu,
    @Part Optional<Bond> bond,
    @Part Optional<Vlan> vlan,
    Optional<String> master) {

  /**
   * Several interfaces that act as one interface.
   *
   * @param members by their names, at least one
   * @param mode mode as in the kernel's bonding driver, such as {@code 802.3ad}
   */
  public record Bond(
      @Key("bond") List<String> members, @Key(defaultsTo = "active-backup") String mode) {
    public Bond {
      members = List.copyOf(members);
      Objects.requireNonNull(mode, "mode");
      if (members.isEmpty()) {
        throw new IllegalArgumentException("a bond of nothing");
      }
    }
  }

  /**
   * VLAN on another interface (IEEE 802.1Q).
   *
   * @param id from 1 to 4094
   * @param parent name of the other interface
   */
  public record Vlan(@Key("vlan") int id, String parent) {
    public Vlan {
      Objects.requireNonNull(parent, "parent");
      if (id < 1 || id > 4094) {
        throw new IllegalArgumentException("no VLAN has the number " + id);
      }
    }
  }

  /** Modes of the kernel's bonding driver (bonding.rst). */
  public static final List<String> BOND_MODES =
      List.of(
          "balance-rr",
          "active-backup",
          "balance-xor",
          "broadcast",
          "802.3ad",
          "balance-tlb",
          "balance-alb");

  public Link {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(mtu, "mtu");
    Objects.requireNonNull(master, "master");
    if (bond.isPresent() && vlan.isPresent()) {
      throw new IllegalArgumentException(name + " is a bond and a VLAN");
    }
  }

  /** Whether the interface can have an address. */
  public boolean takesAddress() {
    return master.isEmpty();
  }
}
