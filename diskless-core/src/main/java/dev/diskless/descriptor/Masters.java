package dev.diskless.descriptor;

import dev.diskless.model.Master;
import dev.diskless.model.Network;
import dev.diskless.problem.Location;
import inet.ipaddr.IPAddress;
import inet.ipaddr.ipv4.IPv4Address;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The masters as far as they could be read. */
final class Masters {

  /**
   * One of them.
   *
   * @param name empty where it has none
   * @param address empty where it has none
   * @param directory where it is written
   * @param master empty where something of it cannot be read
   */
  record Draft(
      Optional<Text> name,
      Optional<Placed<IPv4Address>> address,
      Optional<Text> directory,
      Optional<Master> master) {}

  private final List<Draft> drafts;
  private final int declared;
  private final Map<String, Draft> byName = new HashMap<>();
  private final Map<Long, Draft> byAddress = new HashMap<>();

  /**
   * @param declared how many there should be
   */
  Masters(List<Draft> drafts, int declared) {
    this.drafts = List.copyOf(drafts);
    this.declared = declared;
    for (Draft each : drafts) {
      each.name().ifPresent(n -> byName.putIfAbsent(n.value(), each));
      each.address().ifPresent(a -> byAddress.putIfAbsent(a.value().longValue(), each));
    }
  }

  List<Draft> drafts() {
    return drafts;
  }

  /** Whether every one could be read. */
  boolean areSound() {
    return declared > 0
        && drafts.size() == declared
        && drafts.stream().allMatch(d -> d.master().isPresent());
  }

  /** Whether there is one, so that nothing needs to say which. */
  boolean isOne() {
    return declared == 1;
  }

  /** To be asked when they are sound. */
  List<Master> all() {
    return drafts.stream().map(d -> d.master().orElseThrow()).toList();
  }

  /** The master of a network, if it can be told. */
  Optional<Master> of(Network network) {
    return network.master().or(() -> isOne() ? drafts.get(0).master() : Optional.empty());
  }

  Optional<Draft> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Where the name of a master stands that is called so. */
  Optional<Location> nameAt(String name) {
    return named(name).flatMap(Draft::name).map(Text::at);
  }

  /** Where the address of a master stands that has it. */
  Optional<Location> addressAt(IPAddress address) {
    return at(address).flatMap(Draft::address).map(Placed::at);
  }

  /** The master of an address. */
  Optional<Draft> at(IPAddress address) {
    return address instanceof IPv4Address v4
        ? Optional.ofNullable(byAddress.get(v4.longValue()))
        : Optional.empty();
  }

  /** The names and addresses that masters go by. */
  Set<String> names(Optional<String> domain) {
    Set<String> names = new HashSet<>();
    for (Draft each : drafts) {
      each.name()
          .ifPresent(
              text -> {
                names.add(text.value());
                domain.ifPresent(d -> names.add(text.value() + "." + d));
              });
      each.address().ifPresent(a -> names.add(a.value().toString()));
    }
    return names;
  }
}
