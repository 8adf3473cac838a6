package dev.diskless.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A network interface of a node beside the one that it boots from: a card, several cards as one
 * (bond), or a VLAN of another.
 *
 * @param name as the node's kernel names it, or is to name it
 * @param mtu in bytes, if it is not what the kernel takes
 * @param bond what it is made of, if it is a bond
 * @param vlan what it is part of, if it is a VLAN
 * @param master the bond that it belongs to; it then has no address
 */
public record Link(
    String name,
    Optional<Integer> mtu,
    @Part Optional<Bond> bond,
    @Part Optional<Vlan> vlan,
    Optional<String> master) {

  /**
   * Several interfaces as one.
   *
   * @param members by their names, at least one
   * @param mode as the bonding driver of Linux calls it, such as {@code 802.3ad}
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
   * A part of another interface (IEEE 802.1Q).
   *
   * @param id from 1 to 4094
   * @param parent the name of the other
   */
  public record Vlan(@Key("vlan") int id, String parent) {
    public Vlan {
      Objects.requireNonNull(parent, "parent");
      if (id < 1 || id > 4094) {
        throw new IllegalArgumentException("no VLAN has the number " + id);
      }
    }
  }

  /** What the bonding driver can do (bonding.rst of Linux). */
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

  /** Whether it can have an address. */
  public boolean takesAddress() {
    return master.isEmpty();
  }
}
