package dev.diskless.image;

import dev.diskless.host.AtomicFile;
import dev.diskless.host.Command;
import dev.diskless.host.LogTail;
import dev.diskless.host.Progress;
import dev.diskless.model.ImageSource;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Digest;
import dev.diskless.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An image that mmdebstrap installs from Debian packages, once for each recipe.
 *
 * <p>In the cache, each recipe has a folder. Its file {@code current} contains the SHA-256 of the
 * current tar, which is also the name of the tar. An update therefore never changes a tar that
 * another build reads.
 */
final class DebianImage {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
  private static final Duration BETWEEN_WORDS = Duration.ofSeconds(15);
  private static final Duration TIME_TO_CLEAN_UP = Duration.ofSeconds(20);
  private static final int BUFFER = 1 << 17;

  private final String name;
  private final DebianRecipe recipe;
  private final DebianOptions options;
  private final Path folder;
  private final HostFinder hosts;
  private boolean updated;

  /**
   * @param name of the image
   * @param cache for what is installed
   * @throws ProblemException if the source is not one that mmdebstrap could take
   */
  DebianImage(String name, ImageSource.Debian source, Path cache, DebianOptions options) {
    this(name, source, cache, options, MmdebstrapHost::of);
  }

  DebianImage(
      String name, ImageSource.Debian source, Path cache, DebianOptions options, HostFinder hosts) {
    this.name = name;
    this.hosts = hosts;
    this.options = options;
    this.recipe = new DebianRecipe(source, options.mirror());
    List<Problem> wrong = recipe.problems(name);
    if (!wrong.isEmpty()) {
      throw new ProblemException(wrong);
    }
    String suite = recipe.suite().replace('/', '-');
    this.folder = cache.resolve("debian").resolve(suite + "-" + recipe.key().substring(0, 16));
  }

  /** Looks for what mmdebstrap needs, when it is needed. */
  interface HostFinder {
    MmdebstrapHost find(String image) throws IOException;
  }

  /**
   * Returns a digest of the recipe and of its current tar. Without a tar, or before an update, the
   * digest covers the recipe and the current moment instead.
   */
  String fingerprint() throws IOException {
    Fingerprint fingerprint = new Fingerprint().add(recipe.key());
    Optional<Digest> current = updates() ? Optional.empty() : current();
    if (current.isPresent()) {
      return fingerprint.add(current.get().hex()).hex();
    }
    return fingerprint.add("new").add(System.nanoTime()).hex();
  }

  private boolean updates() {
    return options.update() && !options.offline() && !updated;
  }

  private Optional<Digest> current() throws IOException {
    try {
      Digest digest = new Digest(Files.readString(folder.resolve("current")).strip());
      return Files.exists(tar(digest)) ? Optional.of(digest) : Optional.empty();
    } catch (NoSuchFileException | IllegalArgumentException noneOrCorrupt) {
      return Optional.empty();
    }
  }

  private Path tar(Digest digest) {
    return folder.resolve(digest.hex() + ".tar");
  }

  /**
   * The tree, installed if it is not in the cache.
   *
   * @throws ProblemException if it cannot be installed; says why and what to do
   */
  @SuppressWarnings("try") // the lock is only held
  FileTree read(Problems problems, Progress progress) throws IOException {
    String forImage = new Fingerprint().add(name).hex().substring(0, 8);
    try (CacheLock lock = CacheLock.take(folder.resolve("lock"), "image " + name, progress)) {
      Optional<Digest> current = current();
      if (options.update() && options.offline()) {
        problems.add(
            Problem.warning(
                "image %s is not updated, because Maven is offline".formatted(name),
                "run Maven without -o to update it"));
      }
      if (current.isEmpty() || updates()) {
        if (options.offline()) {
          throw new ProblemException(
              Problem.error(
                  "image %s is not in the cache (%s), and Maven is offline".formatted(name, folder),
                  "run Maven once without -o, or with the same cache as before"));
        }
        current = Optional.of(install(progress));
        updated = true;
      }
      Digest digest = current.get();
      Path index = folder.resolve(digest.hex() + "-" + forImage + ".index");
      return ArchiveImage.index(tar(digest), index, name, problems);
    }
  }

  private Digest install(Progress progress) throws IOException {
    MmdebstrapHost host = hosts.find(name);
    Path part = folder.resolve("part.tar");
    Path log = folder.resolve("log");
    long start = System.nanoTime();
    progress.say(
        "image %s: installing Debian %s with mmdebstrap (log: %s)"
            .formatted(name, recipe.suite(), log));
    Digest digest;
    try {
      run(host.command(recipe.arguments(host.mode(), part)), part, log, progress);
      digest = digest(part);
      long size = Files.size(part);
      // First the tar, then the word of it; and then what nothing refers to any more.
      AtomicFile.publish(part, tar(digest));
      AtomicFile.write(folder.resolve("current"), digest.hex() + "\n");
      progress.say(
          "image %s: installed %s in %d s"
              .formatted(
                  name, Sizes.of(size), TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)));
    } finally {
      Files.deleteIfExists(part);
    }
    removeAllBut(digest);
    return digest;
  }

  private void removeAllBut(Digest digest) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.{tar,index}")) {
      for (Path file : files) {
        if (!file.getFileName().toString().startsWith(digest.hex())) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static Digest digest(Path tar) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    try (InputStream in = Files.newInputStream(tar)) {
      byte[] bytes = new byte[BUFFER];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        sha256.update(bytes, 0, count);
      }
    }
    return Digest.of(sha256);
  }

  /** Its output goes to a file, not to a pipe: a pipe that closes early would end its clean-up. */
  private void run(Command command, Path part, Path log, Progress progress) throws IOException {
    MmdebstrapLog said = new MmdebstrapLog();
    Process process = command.start(log);
    Thread atExit = new Thread(() -> endAtExit(process, part), "diskless end of mmdebstrap");
    try {
      addHook(atExit);
      await(process, new LogTail(log), said, progress);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while image " + name + " was installed");
    } finally {
      if (process.isAlive()) {
        end(process);
      }
      removeHook(atExit);
    }
    if (process.exitValue() != 0) {
      throw new ProblemException(said.failure(name, recipe.suite(), log.toString()));
    }
  }

  private static void addHook(Thread hook) throws IOException {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException ending) {
      throw new IOException("the build is ending", ending);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The hook runs, or has run.
    }
  }

  private void await(Process process, LogTail lines, MmdebstrapLog said, Progress progress)
      throws InterruptedException, IOException {
    long start = System.nanoTime();
    long saidAt = start;
    String last = said.step();
    boolean ended = false;
    while (!ended) {
      ended = process.waitFor(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
      lines.lines().forEach(said::add);
      String step = said.step();
      long now = System.nanoTime();
      if (!ended && (!step.equals(last) || now - saidAt > BETWEEN_WORDS.toNanos())) {
        progress.say(
            "image %s: %s (%d s)"
                .formatted(name, step, TimeUnit.NANOSECONDS.toSeconds(now - start)));
        last = step;
        saidAt = now;
      }
    }
  }

  private static void endAtExit(Process process, Path part) {
    end(process);
    try {
      Files.deleteIfExists(part);
    } catch (IOException stays) {
      // The next build writes over it.
    }
  }

  /**
   * Lets it unmount and remove what it made; then no longer. As with Ctrl-C, all its processes get
   * the signal: alone, it would wait for the others to finish their work.
   */
  private static void end(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    children.forEach(ProcessHandle::destroy);
    try {
      process.waitFor(TIME_TO_CLEAN_UP.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    children.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
