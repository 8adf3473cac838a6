package dev.diskless.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Source of an image. */
public sealed interface ImageSource {

  /**
   * Directory of this machine that the build copies, as in the HOWTO.
   *
   * @param path absolute, or relative to the project
   * @param exclude patterns of paths in the tree to leave out, in addition to paths that are never
   *     copied
   * @param mounted absolute paths of directories that stay empty, because every node mounts a file
   *     system there
   */
  record Directory(String path, List<String> exclude, List<String> mounted) implements ImageSource {
    public Directory {
      Objects.requireNonNull(path, "path");
      exclude = List.copyOf(exclude);
      mounted = List.copyOf(mounted);
    }

    /** Creates a source that is copied with the content of all directories. */
    public Directory(String path, List<String> exclude) {
      this(path, exclude, List.of());
    }
  }

  /**
   * Tar archive, uncompressed or compressed with gzip, xz or zstd.
   *
   * @param path absolute, or relative to the project
   */
  record Archive(String path) implements ImageSource {
    public Archive {
      Objects.requireNonNull(path, "path");
    }
  }

  /**
   * Tar archive in a Maven repository.
   *
   * @param groupId of the artifact
   * @param artifactId of the artifact
   * @param extension such as {@code tar.zst}
   * @param classifier classifier; empty if the artifact has none
   * @param version of the artifact
   */
  record Artifact(
      String groupId, String artifactId, String extension, String classifier, String version)
      implements ImageSource {

    /** {@code groupId:artifactId:extension[:classifier]:version}. */
    @Override
    public String toString() {
      return String.join(
          ":",
          classifier.isEmpty()
              ? List.of(groupId, artifactId, extension, version)
              : List.of(groupId, artifactId, extension, classifier, version));
    }
  }

  /**
   * Image of Debian packages that mmdebstrap installs.
   *
   * @param suite such as {@code trixie}
   * @param architecture as dpkg names it; empty for the machine's own
   * @param mirror empty for mmdebstrap's own default
   * @param components such as {@code main}
   * @param packages beside the essential ones
   * @param sources further lines of sources.list(5)
   */
  record Debian(
      String suite,
      Optional<String> architecture,
      Optional<String> mirror,
      List<String> components,
      List<String> packages,
      List<String> sources)
      implements ImageSource {
    public Debian {
      Objects.requireNonNull(suite, "suite");
      Objects.requireNonNull(architecture, "architecture");
      Objects.requireNonNull(mirror, "mirror");
      components = List.copyOf(components);
      packages = List.copyOf(packages);
      sources = List.copyOf(sources);
    }
  }
}
