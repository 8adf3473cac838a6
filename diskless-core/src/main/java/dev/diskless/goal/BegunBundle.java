package dev.diskless.goal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.diskless.boot.BootFile;
import dev.diskless.boot.BootFiles;
import dev.diskless.bundle.BundleContents;
import dev.diskless.bundle.BundleJson;
import dev.diskless.bundle.BundleSigner;
import dev.diskless.bundle.BundleSummary;
import dev.diskless.bundle.BundleWriter;
import dev.diskless.bundle.ImagePart;
import dev.diskless.bundle.MasterPart;
import dev.diskless.model.Cluster;
import dev.diskless.model.Image;
import dev.diskless.project.AssembledContents;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.WorkFolder;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A bundle in the making. To pack an image takes longest, and needs nothing but the image: the goal
 * {@code assemble} begins with it before it composes trees, and {@code package} goes on with what
 * they add. The file appears when it is finished; one that is abandoned leaves nothing behind, and
 * neither does a build that ends before.
 */
final class BegunBundle {

  private static final String BEGUN = "begun";

  /**
   * When a build fails between the two goals in a process that serves other builds too, nobody is
   * left to abandon its bundle.
   */
  private static final Duration PATIENCE = Duration.ofHours(1);

  private final String state;
  private final CountDownLatch assembled = new CountDownLatch(1);
  private final FutureTask<BundleSummary> writing;
  private final Thread writer;
  private final Thread atExit;

  /** Known only in {@code package}, and needed only when all contents are written. */
  private volatile Optional<BundleSigner> signer = Optional.empty();

  private BegunBundle(ClusterProject project, String state, BundleContents contents) {
    this.state = state;
    this.writing =
        new FutureTask<>(
            () ->
                BundleWriter.write(
                    project.bundle(),
                    project.packedImages(),
                    new Awaited(contents),
                    project.compression(),
                    project.timestamp(),
                    project.pluginVersion(),
                    () -> signer,
                    project.progress()));
    this.writer = new Thread(writing, "diskless bundle");
    this.writer.setDaemon(true);
    this.atExit = new Thread(this::stop, "diskless bundle, abandoned");
  }

  /**
   * Begins, unless every image was packed before, for then there is little to gain.
   *
   * @param machine where loaders are taken from that no image has
   */
  static void beginIfLong(ClusterProject project, Cluster cluster, Path machine)
      throws IOException {
    abandon(project);
    for (Image image : cluster.usedImages()) {
      String identity = Files.readString(project.workFolder().imageFingerprint(image.name()));
      if (!BundleWriter.isPacked(
          project.packedImages(),
          image.name(),
          identity,
          project.compression(),
          project.pluginVersion())) {
        String state = state(project, cluster, machine);
        project.memory().remember(project.bundle(), BEGUN, begin(project, cluster, machine, state));
        return;
      }
    }
  }

  private static BegunBundle begin(
      ClusterProject project, Cluster cluster, Path machine, String state) throws IOException {
    BegunBundle begun =
        new BegunBundle(project, state, new AssembledContents(project, cluster, machine));
    Runtime.getRuntime().addShutdownHook(begun.atExit);
    begun.writer.start();
    return begun;
  }

  /**
   * Writes the bundle, or what it still lacks. All must be assembled.
   *
   * @param machine where loaders are taken from that no image has
   * @param state as {@link #state} gives it now
   * @param signer empty if the bundle shall not be signed
   */
  static BundleSummary finish(
      ClusterProject project,
      Cluster cluster,
      Path machine,
      String state,
      Optional<BundleSigner> signer)
      throws IOException {
    Optional<BegunBundle> begun = inMemory(project);
    if (begun.isPresent() && begun.get().isOf(state)) {
      project.memory().forget(project.bundle());
      return begun.get().finish(signer);
    }
    abandon(project);
    return begin(project, cluster, machine, state).finish(signer);
  }

  /** Stops what was begun for a project, if anything was. */
  static void abandon(ClusterProject project) {
    inMemory(project).ifPresent(BegunBundle::abandon);
    project.memory().forget(project.bundle());
  }

  private static Optional<BegunBundle> inMemory(ClusterProject project) {
    return project.memory().recall(BegunBundle.class, project.bundle(), BEGUN);
  }

  /**
   * A digest of what is written before anything is assembled.
   *
   * @param machine where loaders are taken from that no image has
   */
  static String state(ClusterProject project, Cluster cluster, Path machine) throws IOException {
    WorkFolder work = project.workFolder();
    MessageDigest state = Digest.sha256();
    for (Object part :
        List.of(
            project.pluginVersion(),
            project.compression(),
            project.timestamp(),
            BundleJson.cluster(cluster),
            BootFiles.loadersOf(machine, cluster))) {
      state.update((part + "\n").getBytes(UTF_8));
    }
    state.update(Files.readAllBytes(work.renderedIndex()));
    for (Image image : cluster.usedImages()) {
      state.update(Files.readAllBytes(work.imageFingerprint(image.name())));
      state.update(Files.readAllBytes(work.imagePackages(image.name())));
    }
    return Digest.of(state).hex();
  }

  /**
   * A digest of all that decides on the bundle's bytes.
   *
   * @param state as {@link #state} gives it
   */
  static String key(ClusterProject project, String state) throws IOException {
    MessageDigest key = Digest.sha256();
    key.update(state.getBytes(UTF_8));
    key.update(Files.readAllBytes(project.workFolder().layersIndex()));
    return Digest.of(key).hex();
  }

  private boolean isOf(String wantedState) {
    return state.equals(wantedState) && writer.isAlive();
  }

  private BundleSummary finish(Optional<BundleSigner> wanted) throws IOException {
    signer = wanted;
    assembled.countDown();
    try {
      return writing.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      if (e.getCause() instanceof RuntimeException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the bundle was written");
    } finally {
      abandon();
    }
  }

  private void abandon() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // It does the same.
    }
  }

  /** Returns when nothing is left of a bundle that was not finished. */
  private void stop() {
    writer.interrupt();
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Contents that come when all is assembled. */
  private final class Awaited implements BundleContents {

    private final BundleContents contents;

    Awaited(BundleContents contents) {
      this.contents = contents;
    }

    private void await() throws IOException {
      try {
        if (!assembled.await(PATIENCE.toSeconds(), SECONDS)) {
          throw new IOException("nothing was assembled in " + PATIENCE);
        }
      } catch (InterruptedException abandoned) {
        throw new InterruptedIOException("the bundle was abandoned");
      }
    }

    @Override
    public Cluster cluster() {
      return contents.cluster();
    }

    @Override
    public List<ImagePart> images() {
      return contents.images();
    }

    @Override
    public List<BootFile> bootFiles() {
      return contents.bootFiles();
    }

    @Override
    public List<MasterPart> masters() {
      return contents.masters();
    }

    @Override
    public Layer boot() throws IOException {
      await();
      return contents.boot();
    }

    @Override
    public void layers(LayerSink sink) throws IOException {
      await();
      contents.layers(sink);
    }
  }
}
