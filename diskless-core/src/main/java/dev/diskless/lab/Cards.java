package dev.diskless.lab;

import dev.diskless.model.Link;
import dev.diskless.model.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * The network cards of a node in a lab: the one that it boots from, and a further one for each that
 * its group describes. The node's kernel names them in their order, so that they are the ones that
 * are meant only where the descriptor calls them eth1, eth2 and so on.
 */
final class Cards {

  /** The first octet of a further card's address: assigned locally, and of one machine. */
  private static final int LOCAL = 0x02;

  /** What that octet can count. */
  private static final int MOST = 15;

  private Cards() {}

  /** Their MAC addresses; the first is the one that the node boots from. */
  static List<String> of(Node node) {
    String boot = node.mac().toColonDelimitedString();
    List<String> macs = new ArrayList<>(List.of(boot));
    if (areAsNamed(node)) {
      for (int card = 1; card <= count(node); card++) {
        macs.add("%02x%s".formatted(card << 4 | LOCAL, boot.substring(2)));
      }
    }
    return macs;
  }

  private static long count(Node node) {
    return node.group().links().stream().filter(Cards::isCard).count();
  }

  private static boolean isCard(Link link) {
    return link.bond().isEmpty() && link.vlan().isEmpty();
  }

  /** Whether a lab's node has the further interfaces that it is said to have. */
  static boolean areAsNamed(Node node) {
    List<String> names =
        node.group().links().stream().filter(Cards::isCard).map(Link::name).toList();
    if (!node.group().interfaceName().equals("eth0") || names.size() > MOST) {
      return names.isEmpty();
    }
    for (int card = 1; card <= names.size(); card++) {
      if (!names.contains("eth" + card)) {
        return false;
      }
    }
    return true;
  }
}
