package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.ReleaseLayout;
import dev.diskless.model.RootMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;

/** The POSIX shell script in a bundle, with the names of the cluster put in. */
final class InstallScript {

  private static final String SOURCE = "install.sh";

  private InstallScript() {}

  static String of(Cluster cluster) {
    try (InputStream in = InstallScript.class.getResourceAsStream(SOURCE)) {
      return new String(in.readAllBytes(), UTF_8)
          .replace("@CLUSTER@", cluster.name())
          .replace("@VERSION@", cluster.version())
          .replace("@DIRECTORY@", cluster.release().directory())
          .replace("@MASTERS@", masters(cluster))
          .replace("@RAM_IMAGES@", String.join(" ", ramImages(cluster)))
          .replace("@PRIVATE_FOLDERS@", String.join(" ", ReleaseLayout.PRIVATE_FOLDERS))
          .replace("@FORMAT@", Integer.toString(BundleLayout.FORMAT));
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
