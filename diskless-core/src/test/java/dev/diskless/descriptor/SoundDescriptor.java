package dev.diskless.descriptor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A small descriptor without a mistake, whose parts tests replace. */
final class SoundDescriptor {

  private static final Pattern TOP_LEVEL_KEY = Pattern.compile("(?m)^([a-z]+):");

  private static final Map<String, String> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("cluster", "cluster: lab\n");
    PARTS.put("master", "master: { name: master, address: 192.168.45.1 }\n");
    PARTS.put("networks", "networks: [{ subnet: 192.168.45.0/24 }]\n");
    PARTS.put(
        "images",
        "images: { debian: { debian: { suite: bookworm, packages: [linux-image-amd64] } } }\n");
    PARTS.put("groups", "groups: { compute: { image: debian } }\n");
    PARTS.put(
        "nodes",
        "nodes: [{ name: n1, mac: \"52:54:00:00:00:01\", address: 192.168.45.11, group: compute }]\n");
  }

  private SoundDescriptor() {}

  /** The given text, and of the sound descriptor every top-level key that is not in it. */
  static String with(String yaml) {
    Set<String> given =
        TOP_LEVEL_KEY.matcher(yaml).results().map(r -> group(r)).collect(Collectors.toSet());
    StringBuilder text = new StringBuilder(yaml);
    if (!yaml.isEmpty() && !yaml.endsWith("\n")) {
      text.append('\n');
    }
    PARTS.forEach(
        (key, part) -> {
          if (!given.contains(key) && !(key.equals("master") && given.contains("masters"))) {
            text.append(part);
          }
        });
    return text.toString();
  }

  private static String group(MatchResult result) {
    return result.group(1);
  }
}
