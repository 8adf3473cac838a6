package dev.diskless.diff;

import java.util.Locale;

/**
 * What a version says of a node.
 *
 * @param name the host's name
 * @param mac of the card that it boots from, with colons
 * @param address its own
 * @param group that it is in
 * @param image that the group uses
 * @param root the root mode's keyword
 * @param boot the boot method's keyword
 */
record NodeFacts(
    String name, String mac, String address, String group, String image, String root, String boot) {

  NodeFacts {
    mac = mac.toLowerCase(Locale.ROOT);
  }

  /** As loaders name files by it. */
  String hyphenMac() {
    return mac.replace(':', '-');
  }
}
