package dev.diskless.image;

import dev.diskless.host.Progress;
import dev.diskless.model.Image;
import dev.diskless.model.ImageSource;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Source of all images. Builds share a cache of the results that take time. A build waits for
 * another build that makes the same result.
 */
public final class ImageStore {

  private final Path cache;
  private final Path projectDirectory;
  private final ArtifactResolver artifacts;
  private final DebianOptions debian;
  private final Instant timestamp;
  private final Progress progress;
  private final Map<Image, DebianImage> debianImages = new HashMap<>();

  /**
   * @param cache directory that projects may share; created when it is needed
   * @param projectDirectory base of relative paths
   * @param artifacts finds artifacts
   * @param debian options of the build for images from Debian packages
   * @param timestamp time of files that no source contains: project.build.outputTimestamp
   * @param progress receives messages about long steps and about files that an image omits
   */
  public ImageStore(
      Path cache,
      Path projectDirectory,
      ArtifactResolver artifacts,
      DebianOptions debian,
      Instant timestamp,
      Progress progress) {
    this.cache = cache.toAbsolutePath().normalize();
    this.projectDirectory = projectDirectory.toAbsolutePath().normalize();
    this.artifacts = Objects.requireNonNull(artifacts, "artifacts");
    this.debian = Objects.requireNonNull(debian, "debian");
    this.timestamp = Objects.requireNonNull(timestamp, "timestamp");
    this.progress = Objects.requireNonNull(progress, "progress");
  }

  /**
   * Returns a cheap digest of the source of an image. Equal fingerprints mean equal trees. An image
   * that is not installed yet, or that needs an update, has a new fingerprint each time. The digest
   * covers:
   *
   * <ul>
   *   <li>Directory: result of lstat(2) for each file.
   *   <li>Archive: path, size and time.
   *   <li>Debian image: recipe and its tar in the cache.
   * </ul>
   *
   * @throws dev.diskless.problem.ProblemException if the source does not exist or cannot be read
   */
  public String fingerprint(Image image) throws IOException {
    ImageSource source = image.source();
    if (source instanceof ImageSource.Directory directory) {
      return of(image, directory(image, directory).fingerprint());
    }
    if (source instanceof ImageSource.Archive archive) {
      return of(image, archive(image, archive).fingerprint());
    }
    if (source instanceof ImageSource.Artifact artifact) {
      return of(image, artifact(image, artifact).fingerprint());
    }
    return of(image, debian(image, (ImageSource.Debian) source).fingerprint());
  }

  private String of(Image image, String source) {
    return new Fingerprint().add(image.name()).add(timestamp).add(source).hex();
  }

  /**
   * Makes an image ready: reads, decompresses or installs it where that was not done before, and
   * leaves out what must not be cloned.
   *
   * @param problems takes warnings
   * @throws dev.diskless.problem.ProblemException if that cannot be done; says what to do
   */
  public PreparedImage prepare(Image image, Problems problems) throws IOException {
    ImageSource source = image.source();
    if (source instanceof ImageSource.Directory directory) {
      DirectoryImage.Tree read = directory(image, directory).read(problems, progress);
      return prepared(image, read.tree(), read.fingerprint(), problems);
    }
    if (source instanceof ImageSource.Debian packages) {
      DebianImage debianImage = debian(image, packages);
      FileTree read = debianImage.read(problems, progress);
      return prepared(image, cleaned(image, read), debianImage.fingerprint(), problems);
    }
    ArchiveImage archive =
        source instanceof ImageSource.Archive local
            ? archive(image, local)
            : artifact(image, (ImageSource.Artifact) source);
    FileTree read = archive.read(problems, progress);
    return prepared(image, cleaned(image, read), archive.fingerprint(), problems);
  }

  private FileTree cleaned(Image image, FileTree read) {
    ImageEntries root = new ImageEntries(image.name(), timestamp, /* fromMaster= */ false);
    root.addAll(read);
    return root.finish(progress);
  }

  private PreparedImage prepared(Image image, FileTree tree, String fingerprint, Problems problems)
      throws IOException {
    if (!hasAny(tree, "etc") || !hasAny(tree, "usr") && !hasAny(tree, "bin")) {
      problems.add(
          Problem.warning(
              ("image %s has no /etc, or neither /usr nor /bin; it does not look like a root"
                      + " file system")
                  .formatted(image.name()),
              "give the directory that contains etc and usr. To create a tar archive of it,"
                  + " run `tar -C DIRECTORY -c .`"));
    }
    return new PreparedImage(image, tree, of(image, fingerprint), InstalledPackage.in(tree));
  }

  private static boolean hasAny(FileTree tree, String directory) {
    return tree.resolve(TreePath.of(directory)).filter(Entry::isDirectory).isPresent();
  }

  private DirectoryImage directory(Image image, ImageSource.Directory source) throws IOException {
    return new DirectoryImage(image.name(), source, projectDirectory, cache, timestamp);
  }

  private ArchiveImage archive(Image image, ImageSource.Archive source) throws IOException {
    return new ArchiveImage(image.name(), projectDirectory.resolve(source.path()), cache);
  }

  private ArchiveImage artifact(Image image, ImageSource.Artifact source) throws IOException {
    return new ArchiveImage(image.name(), artifacts.resolve(source), cache);
  }

  /** Returns the only object for an image, because the object knows whether its update is done. */
  private synchronized DebianImage debian(Image image, ImageSource.Debian source) {
    return debianImages.computeIfAbsent(
        image, i -> new DebianImage(image.name(), source, cache, debian));
  }
}
