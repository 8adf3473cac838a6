package dev.diskless.model;

import inet.ipaddr.IPAddress;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.TreeMap;

/**
 * Networks in their order. The search for the network of an address takes logarithmic time, because
 * there may be one network per rack and thousands of addresses.
 */
final class NetworkList extends AbstractList<Network> implements RandomAccess {

  private final List<Network> networks;
  private final NavigableMap<IPAddress, Network> byFirstAddress = new TreeMap<>();

  /**
   * @param networks do not overlap
   */
  NetworkList(List<Network> networks) {
    this.networks = List.copyOf(networks);
    this.networks.forEach(n -> byFirstAddress.putIfAbsent(n.networkAddress(), n));
  }

  @Override
  public Network get(int index) {
    return networks.get(index);
  }

  @Override
  public int size() {
    return networks.size();
  }

  /** The network that an address is in. */
  Optional<Network> containing(IPAddress address) {
    return Optional.ofNullable(byFirstAddress.floorEntry(address))
        .map(Map.Entry::getValue)
        .filter(n -> n.contains(address));
  }
}
