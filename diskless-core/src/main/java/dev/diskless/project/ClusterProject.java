package dev.diskless.project;

import dev.diskless.archive.Compression;
import dev.diskless.host.Progress;
import dev.diskless.image.ArtifactResolver;
import dev.diskless.image.DebianOptions;
import dev.diskless.image.ImageStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * A project as a goal sees it.
 *
 * @param directory of the project
 * @param descriptor the cluster.yaml; templates and files lie beside it
 * @param work where results and state go, {@code target/diskless}
 * @param bundle the file that is made
 * @param version of the project
 * @param timestamp of everything generated
 * @param cache of images, shared by all projects of the user
 * @param compression of the bundle
 * @param properties what {@code ${...}} in the descriptor stands for
 * @param artifacts finds images in repositories
 * @param debian how Debian images are made
 * @param pluginVersion recorded in the bundle
 * @param progress told of long work
 * @param memory what the goals of one build spare each other
 */
public record ClusterProject(
    Path directory,
    Path descriptor,
    Path work,
    Path bundle,
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
}
