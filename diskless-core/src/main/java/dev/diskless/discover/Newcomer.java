package dev.diskless.discover;

/**
 * A node to be: what a line of the descriptor or of the inventory says of it.
 *
 * @param name free in the cluster
 * @param mac in lower case with colons
 * @param address free in its network, and not in the pool
 * @param group of the cluster
 */
public record Newcomer(String name, String mac, String address, String group) {

  /** As an entry of the descriptor's list {@code nodes}, without the dash. */
  String yaml() {
    return "{ name: \"%s\", mac: \"%s\", address: %s, group: %s }"
        .formatted(name, mac, address, yamlText(group));
  }

  /** Bare where YAML takes it for nothing but text. */
  private static String yamlText(String text) {
    return text.matches("[a-z][a-z0-9_-]*") && !text.matches("null|true|false|yes|no|on|off|y|n")
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
