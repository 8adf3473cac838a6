package dev.diskless.model;

import inet.ipaddr.IPAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Machines whose addresses follow each other and differ only in their last number, as the map of
 * MOSIX names them in one line.
 *
 * @param first the lowest address
 * @param count how many there are, the first included
 */
public record AddressRun(IPAddress first, int count) {

  public AddressRun {
    Objects.requireNonNull(first, "first");
    if (count < 1) {
      throw new IllegalArgumentException("a run of no machines");
    }
  }

  /** All nodes in their order, in as few runs as that order allows. */
  public static List<AddressRun> of(List<Node> nodes) {
    List<AddressRun> runs = new ArrayList<>();
    int begin = 0;
    for (int i = 1; i <= nodes.size(); i++) {
      if (i == nodes.size() || !follows(nodes.get(i - 1).address(), nodes.get(i).address())) {
        runs.add(new AddressRun(nodes.get(begin).address(), i - begin));
        begin = i;
      }
    }
    return List.copyOf(runs);
  }

  /** Whether the last number of an address is one more than that of another, and no more is. */
  static boolean follows(IPAddress before, IPAddress after) {
    return before.increment(1).equals(after) && lastNumber(after) != 0;
  }

  static int lastNumber(IPAddress address) {
    byte[] bytes = address.getBytes();
    return bytes[bytes.length - 1] & 0xFF;
  }
}
