package dev.diskless.lab;

import dev.diskless.model.Link;
import dev.diskless.model.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * Network cards of a node in a lab: the boot card, and a further card for each physical link of its
 * group. The node's kernel names the cards in their order. A lab therefore adds further cards only
 * if the descriptor names them eth1, eth2 and so on.
 */
final class Cards {

  /** Bits of the first octet of a further card's address: locally administered, unicast. */
  private static final int LOCAL = 0x02;

  /** Maximum number of further cards that the upper half of the first octet can number. */
  private static final int MOST = 15;

  private Cards() {}

  /** Returns the MAC addresses of a node's cards. The node boots from the first card. */
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

  /**
   * Whether a lab can give the node all further interfaces under the names that the descriptor
   * uses.
   */
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
