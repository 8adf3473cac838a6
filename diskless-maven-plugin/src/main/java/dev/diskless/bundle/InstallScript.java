package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.ReleaseLayout;
import dev.diskless.model.RootMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The POSIX shell script in a bundle, with the names of the cluster put in. */
public final class InstallScript {

  private static final String SOURCE = "install.sh";

  /** What a descriptor lets these names be; nothing of it means something to a shell in quotes. */
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9._+@/ \\n-]*");

  private static final List<String> NAMES =
      List.of("CLUSTER", "VERSION", "DIRECTORY", "MASTERS", "RAM_IMAGES", "PRIVATE_FOLDERS");

  private InstallScript() {}

  static String of(Cluster cluster) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("CLUSTER", cluster.name());
    values.put("VERSION", cluster.version());
    values.put("DIRECTORY", cluster.release().directory());
    values.put("MASTERS", masters(cluster));
    values.put("RAM_IMAGES", String.join(" ", ramImages(cluster)));
    values.put("PRIVATE_FOLDERS", String.join(" ", ReleaseLayout.PRIVATE_FOLDERS));
    return with(values);
  }

  /**
   * This version's script for the bundle that has another one. Only names are taken from that one,
   * so that a bundle which somebody else made runs nothing of its own on a master.
   *
   * @return empty if that one is no such script, or has what no name is
   */
  public static Optional<String> withNamesOf(String other) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String name : NAMES) {
      Matcher line =
          Pattern.compile("^" + name.toLowerCase(Locale.ROOT) + "='([^']*)'$", Pattern.MULTILINE)
              .matcher(other);
      if (!line.find() || !VALUE.matcher(line.group(1)).matches()) {
        return Optional.empty();
      }
      values.put(name, line.group(1));
    }
    return Optional.of(with(values));
  }

  private static String with(Map<String, String> values) {
    try (InputStream in = InstallScript.class.getResourceAsStream(SOURCE)) {
      String script = new String(in.readAllBytes(), UTF_8);
      for (Map.Entry<String, String> value : values.entrySet()) {
        script = script.replace("@" + value.getKey() + "@", value.getValue());
      }
      return script;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line each, name and address; none where there is only one. */
  private static String masters(Cluster cluster) {
    return cluster.hasOneMaster()
        ? ""
        : cluster.masters().stream()
            .map(m -> m.name() + " " + m.address())
            .collect(Collectors.joining("\n"));
  }

  private static List<String> ramImages(Cluster cluster) {
    return cluster.usedGroups().stream()
        .filter(g -> g.root() == RootMode.RAM)
        .map(Group::image)
        .distinct()
        .toList();
  }
}
