package dev.diskless.discover;

/**
 * New node, as a line of the descriptor or of the inventory describes it.
 *
 * @param name name that is free in the cluster
 * @param mac MAC address in lower case with colons
 * @param address address that is free in its network and not in the pool
 * @param group group of the cluster
 */
public record Newcomer(String name, String mac, String address, String group) {

  /** Returns the node as an entry of the descriptor's list {@code nodes}, without the dash. */
  String yaml() {
    return "{ name: \"%s\", mac: \"%s\", address: %s, group: %s }"
        .formatted(name, mac, address, yamlText(group));
  }

  /** Returns the text without quotes if YAML reads it as text. */
  private static String yamlText(String text) {
    return text.matches("[a-z][a-z0-9_-]*") && !text.matches("null|true|false|yes|no|on|off|y|n")
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
