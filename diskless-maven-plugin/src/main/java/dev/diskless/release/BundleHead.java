package dev.diskless.release;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.archive.Compression;
import dev.diskless.bundle.BundleLayout;
import dev.diskless.bundle.InstallScript;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The names of a bundle or a release, which only its bundle.json decides.
 *
 * @param script this plugin version's installer for it
 * @param directory holds all clusters on the master, such as {@code /srv/diskless}
 * @param cluster the cluster's name
 * @param version of the release
 */
public record BundleHead(String script, String directory, String cluster, String version) {

  private static final int BLOCK = 512;

  /** Larger than both files ever are; a header that says more is no header. */
  private static final long MAX_SIZE = 1 << 24;

  /**
   * @throws ProblemException if it is no bundle, or one of another format
   */
  public static BundleHead read(Path bundle) throws IOException {
    if (!Files.isRegularFile(bundle)) {
      throw new ProblemException(
          Problem.error("there is no bundle " + bundle, "name the file that mvn package made"));
    }
    String said = null;
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(bundle));
        InputStream tar = Compression.detect(bundle).decompress(raw)) {
      while (said == null) {
        byte[] header = tar.readNBytes(BLOCK);
        if (header.length < BLOCK || header[0] == 0) {
          throw none(bundle);
        }
        String name = text(header, 0, 100);
        long size = Long.parseLong(text(header, 124, 12).strip(), 8);
        if (size < 0 || size > MAX_SIZE) {
          throw none(bundle);
        }
        byte[] content = tar.readNBytes((int) size);
        tar.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        if (name.equals(BundleLayout.BUNDLE.raw())) {
          said = new String(content, UTF_8);
        }
      }
    } catch (IOException | NumberFormatException e) {
      throw new ProblemException(none(bundle).problems().get(0), e);
    }
    return parse(bundle, said);
  }

  /**
   * The same of a release that is installed.
   *
   * @throws ProblemException if it is damaged, or of another format
   */
  public static BundleHead installed(Path release) throws IOException {
    try {
      return parse(release, Files.readString(release.resolve(BundleLayout.BUNDLE.raw()), UTF_8));
    } catch (NoSuchFileException e) {
      throw new ProblemException(
          Problem.error(
              release + " is not a release, or is damaged: " + e.getFile() + " is missing",
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
            Problem.error(
                bundle + " has format " + format + ", and this is for 1 to " + BundleLayout.FORMAT,
                "use version " + json.path("plugin").asString() + " of the plugin, which made it"));
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
        Problem.error(
            bundle + " is no bundle, or is damaged", "fetch it again, or package it again"));
  }

  private static String text(byte[] header, int start, int length) {
    int end = start;
    while (end < start + length && header[end] != 0) {
      end++;
    }
    return new String(header, start, end - start, ISO_8859_1);
  }
}
