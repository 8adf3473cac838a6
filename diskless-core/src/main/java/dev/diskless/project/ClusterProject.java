package dev.diskless.project;

import dev.diskless.archive.Compression;
import dev.diskless.host.Progress;
import dev.diskless.image.ArtifactResolver;
import dev.diskless.image.DebianOptions;
import dev.diskless.image.ImageStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Function;

/**
 * A project as a goal sees it.
 *
 * @param directory of the project
 * @param descriptor the cluster.yaml; templates and files lie beside it
 * @param work where results and state go, {@code target/diskless}
 * @param bundle the file that is made
 * @param installedBundle where the local repository keeps a bundle of the same version, whether it
 *     exists or not; empty without a local repository
 * @param version of the project
 * @param timestamp of everything generated
 * @param cache of images, shared by all projects of the user
 * @param compression of the bundle
 * @param properties values of {@code ${...}} in the descriptor, by name
 * @param artifacts finds images in repositories
 * @param debian how Debian images are made
 * @param pluginVersion recorded in the bundle
 * @param progress receives lines about long work
 * @param memory values that goals of one build share
 */
public record ClusterProject(
    Path directory,
    Path descriptor,
    Path work,
    Path bundle,
    Optional<Path> installedBundle,
    String version,
    Instant timestamp,
    Path cache,
    Compression compression,
    Function<String, Optional<String>> properties,
    ArtifactResolver artifacts,
    DebianOptions debian,
    String pluginVersion,
    Progress progress,
    BuildMemory memory) {

  public Path templates() {
    return descriptor.resolveSibling("templates");
  }

  public Path files() {
    return descriptor.resolveSibling("files");
  }

  public Path permissions() {
    return descriptor.resolveSibling("permissions.yaml");
  }

  public ImageStore imageStore() {
    return new ImageStore(cache, directory, artifacts, debian, timestamp, progress);
  }

  /** Folder that keeps packed images for the next bundle. */
  public Path packedImages() {
    return cache.resolve("packed");
  }

  public WorkFolder workFolder() {
    return new WorkFolder(work);
  }

  /**
   * Returns a builder. The values of a project that is not built, such as a master's, are defaults.
   *
   * @param directory of the project
   * @param progress receives lines about long work
   */
  public static Builder in(Path directory, Progress progress) {
    return new Builder(directory, progress);
  }

  /** Builds a project from the values that a goal needs. */
  public static final class Builder {

    private final Path directory;
    private final Progress progress;
    private Path descriptor;
    private Path work;
    private Path bundle;
    private Optional<Path> installedBundle = Optional.empty();
    private String version = "";
    private Instant timestamp = Instant.EPOCH;
    private Path cache;
    private Compression compression = Compression.ZSTD;
    private Function<String, Optional<String>> properties = name -> Optional.empty();
    private ArtifactResolver artifacts = ArtifactResolver.NONE;
    private DebianOptions debian = DebianOptions.DEFAULT;
    private String pluginVersion = "";
    private BuildMemory memory = new BuildMemory(new HashMap<>());

    private Builder(Path directory, Progress progress) {
      this.directory = directory;
      this.progress = progress;
      this.descriptor = directory.resolve("src/main/cluster/cluster.yaml");
      this.work = directory.resolve("target/diskless");
      this.bundle = directory.resolve("target/bundle.tar.zst");
      this.cache = directory.resolve("target/cache");
    }

    /** Sets the path of {@code cluster.yaml}. */
    public Builder descriptor(Path value) {
      this.descriptor = value;
      return this;
    }

    /** Sets the work folder. */
    public Builder work(Path value) {
      this.work = value;
      return this;
    }

    /** Sets the folder of images that all projects of the user share. */
    public Builder cache(Path value) {
      this.cache = value;
      return this;
    }

    /** Sets the time of all generated files. */
    public Builder timestamp(Instant value) {
      this.timestamp = value;
      return this;
    }

    /** Sets the values of {@code ${...}} in the descriptor. */
    public Builder properties(Function<String, Optional<String>> value) {
      this.properties = value;
      return this;
    }

    /** Sets the version of the project. */
    public Builder version(String value) {
      this.version = value;
      return this;
    }

    /** Sets the version of diskless that the bundle records. */
    public Builder pluginVersion(String value) {
      this.pluginVersion = value;
      return this;
    }

    /** Sets what the goals of one build share. */
    public Builder memory(BuildMemory value) {
      this.memory = value;
      return this;
    }

    /** Sets the file of the bundle and its compression. */
    public Builder bundle(Path file, Compression format) {
      this.bundle = file;
      this.compression = format;
      return this;
    }

    /** Sets where the local repository keeps a bundle of the same version. */
    public Builder installedBundle(Path value) {
      this.installedBundle = Optional.of(value);
      return this;
    }

    /**
     * Sets the sources of images.
     *
     * @param resolver finds images in repositories
     * @param options how Debian images are made
     */
    public Builder images(ArtifactResolver resolver, DebianOptions options) {
      this.artifacts = resolver;
      this.debian = options;
      return this;
    }

    public ClusterProject build() {
      return new ClusterProject(
          directory,
          descriptor,
          work,
          bundle,
          installedBundle,
          version,
          timestamp,
          cache,
          compression,
          properties,
          artifacts,
          debian,
          pluginVersion,
          progress,
          memory);
    }
  }
}
