package dev.diskless.bundle;

import dev.diskless.model.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The programs that run on a master without Java: Python 3 with its standard library. Each is one
 * file, joined from parts; see docs/development.md.
 */
public final class InstallScript {

  /**
   * Characters that a descriptor allows in these names. None of the characters has a special
   * meaning inside quotes.
   */
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9._+@/-]*");

  private static final List<String> READING =
      List.of("names", "host", "layout", "manifest", "frames", "tarstream", "bundle", "signature");

  private static final List<String> INSTALLING =
      List.of(
          "exports",
          "hostfiles",
          "blocks",
          "history",
          "nodepath",
          "sparse",
          "nodecopy",
          "nodefiles",
          "lists",
          "containment",
          "unpack",
          "sharing",
          "staging",
          "masters",
          "kept",
          "members",
          "state",
          "trees",
          "status",
          "switch",
          "undo",
          "removal",
          "plan",
          "options",
          "release",
          "verifier",
          "protection",
          "install");

  private static final String VERIFIER_TITLE =
      """
      Checks a bundle of a diskless cluster, and only then runs its installer: diskless-install BUNDLE [OPTION]...

      Needs Python 3.6, ssh-keygen, and zstd or gzip, as the bundle is packed.
      """;

  private static final String TITLE =
      """
      Installs a bundle of the cluster %s on its master, or switches between installed releases.

      Needs Python 3.6, GNU tar, coreutils, and zstd or gzip, as the bundle is packed. --help lists the options.
      """;

  private InstallScript() {}

  static String of(Cluster cluster) {
    return of(cluster.name(), cluster.version(), cluster.release().directory());
  }

  /**
   * Returns the installer of this version of the plugin for one release. It contains nothing of a
   * bundle but these names, so that a bundle of somebody else executes nothing of its own.
   *
   * @param directory holds all clusters on the master, such as {@code /srv/diskless}
   * @throws IllegalArgumentException if a name has characters that no descriptor allows
   */
  public static String of(String cluster, String version, String directory) {
    List<String> parts = new ArrayList<>(READING);
    parts.addAll(INSTALLING);
    return PythonProgram.of(TITLE.formatted(checked(cluster)).strip(), parts, "main")
        .replace("@CLUSTER@", cluster)
        .replace("@VERSION@", checked(version))
        .replace("@DIRECTORY@", checked(directory));
  }

  /**
   * Returns the verifier, which stays on a master. It contains no name of a cluster or a release.
   */
  static String verifier() {
    List<String> parts = new ArrayList<>(READING);
    parts.remove("names");
    parts.addAll(List.of("verify"));
    return PythonProgram.of(VERIFIER_TITLE.strip(), parts, "verify_main");
  }

  private static String checked(String name) {
    if (!VALUE.matcher(name).matches()) {
      throw new IllegalArgumentException("not a valid name: " + name);
    }
    return name;
  }
}
