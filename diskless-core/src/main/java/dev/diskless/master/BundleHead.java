package dev.diskless.master;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.bundle.BundleReader;
import dev.diskless.bundle.InstallScript;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Names of a bundle or a release, from its bundle.json.
 *
 * @param script the installer of this plugin version
 * @param directory directory of all clusters on the master, such as {@code /srv/diskless}
 * @param cluster the cluster's name
 * @param version version of the release
 */
public record BundleHead(String script, String directory, String cluster, String version) {

  /**
   * @throws ProblemException if the file is not a bundle, or its format is not supported
   */
  public static BundleHead read(Path bundle) throws IOException {
    return parse(bundle, new String(BundleReader.head(bundle), UTF_8));
  }

  /**
   * Returns the names of an installed release.
   *
   * @throws ProblemException if the release is damaged, or its format is not supported
   */
  public static BundleHead installed(Path release) throws IOException {
    try {
      return parse(release, Files.readString(release.resolve(BundleLayout.BUNDLE.raw()), UTF_8));
    } catch (NoSuchFileException e) {
      throw new ProblemException(
          Problem.error(
              release + " is not a valid release: " + e.getFile() + " is missing",
              "activate it again from its bundle"),
          e);
    }
  }

  private static BundleHead parse(Path bundle, String said) {
    try {
      JsonNode json = JsonMapper.shared().readTree(said);
      int format = json.path("format").asInt();
      if (!BundleLayout.isReadable(format)) {
        throw new ProblemException(
            bundle + " has format " + format + ", and this is for 1 to " + BundleLayout.FORMAT,
            "use version " + json.path("plugin").asString() + " of the plugin, which made it");
      }
      String cluster = json.path("cluster").asString();
      String version = json.path("version").asString();
      String release = json.path("release").asString();
      String below = "/" + cluster + "/releases/" + version;
      if (cluster.isEmpty() || version.isEmpty() || !release.endsWith(below)) {
        throw none(bundle);
      }
      String directory = release.substring(0, release.length() - below.length());
      return new BundleHead(
          InstallScript.of(cluster, version, directory), directory, cluster, version);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new ProblemException(none(bundle).problems().get(0), e);
    }
  }

  private static ProblemException none(Path bundle) {
    return new ProblemException(
        bundle + " is not a bundle, or is damaged", "fetch the bundle again, or package it again");
  }
}
