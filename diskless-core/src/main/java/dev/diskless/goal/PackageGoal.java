package dev.diskless.goal;

import dev.diskless.boot.BootFiles;
import dev.diskless.bundle.BundleContent;
import dev.diskless.bundle.BundleSignature;
import dev.diskless.bundle.BundleSigner;
import dev.diskless.bundle.BundleSummary;
import dev.diskless.bundle.BundleWriter;
import dev.diskless.bundle.LastFrame;
import dev.diskless.model.Cluster;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.AssembledContents;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.ProjectReader;
import dev.diskless.project.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The goal {@code package}: writes the bundle if its content has changed, and signs the bundle if
 * the key or the serial number has changed.
 *
 * @param signing whether and how to sign the bundle
 * @param machine directory with the loaders that no image contains
 */
public record PackageGoal(SigningOptions signing, Path machine) implements Goal {

  /** Uses the loaders of this machine. */
  public PackageGoal(SigningOptions signing) {
    this(signing, BootFiles.THIS_MACHINE);
  }

  /**
   * @throws ProblemException if the goals before it were not run, or the bundle cannot be signed
   */
  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    Cluster cluster = ProjectReader.descriptor(project).cluster();
    WorkFolder work = project.workFolder();
    if (!Files.exists(work.renderedIndex()) || !Files.exists(work.layersIndex())) {
      throw new ProblemException(
          "no assembled trees found", "run mvn package, which also runs the earlier goals");
    }
    // Early, because a key that is missing must not cost the time of packing.
    Optional<BundleSigner> signer = signing.signer(project.progress());
    String name = project.directory().toAbsolutePath().relativize(project.bundle()).toString();
    String key = BundleStamp.key(project, cluster, machine);
    BundleStamp last = BundleStamp.read(work.bundleStamp());
    if (last.isFor(key, project.bundle())) {
      Optional<GoalResult> unchanged = unchanged(project, cluster, name, last, signer);
      if (unchanged.isPresent()) {
        BundleWriter.forgetStart(project.bundle());
        return unchanged.get();
      }
    }
    BundleSummary summary =
        BundleWriter.write(
            project.bundle(),
            project.packedImages(),
            new AssembledContents(project, cluster, machine),
            project.compression(),
            project.timestamp(),
            project.pluginVersion(),
            signer,
            project.progress());
    BundleStamp.write(
        work.bundleStamp(), key, project.bundle(), summary.digest(), summary.content());
    return of(
        "%s: %,.1f MB, %,d entries, %,.1f MB unpacked"
            .formatted(name, summary.size() / 1e6, summary.entries(), summary.contentBytes() / 1e6),
        summary.digest().hex(),
        summary.content(),
        signer,
        summary.signature());
  }

  /** Keeps the content of a bundle. Returns empty if the file has another content. */
  private static Optional<GoalResult> unchanged(
      ClusterProject project,
      Cluster cluster,
      String name,
      BundleStamp last,
      Optional<BundleSigner> signer)
      throws IOException {
    Optional<BundleSignature> signature =
        LastFrame.signature(project.bundle(), last.content(), project.compression());
    boolean isAsWanted =
        signer.isPresent()
            ? signature.isPresent() && signer.get().hasMade(signature.get())
            : signature.isEmpty();
    if (isAsWanted) {
      return Optional.of(
          of(name + " is up to date", last.digest(), last.content(), signer, signature));
    }
    Optional<LastFrame.Replaced> replaced =
        LastFrame.replace(
            project.bundle(),
            project.packedImages(),
            last.content(),
            cluster,
            project.compression(),
            project.timestamp(),
            signer);
    if (replaced.isEmpty()) {
      return Optional.empty();
    }
    BundleStamp.write(
        project.workFolder().bundleStamp(),
        last.key(),
        project.bundle(),
        replaced.get().digest(),
        last.content());
    return Optional.of(
        of(
            name + " is unchanged, its signature is " + (signer.isPresent() ? "new" : "removed"),
            replaced.get().digest().hex(),
            last.content(),
            signer,
            replaced.get().signature()));
  }

  private static GoalResult of(
      String what,
      String digest,
      BundleContent content,
      Optional<BundleSigner> signer,
      Optional<BundleSignature> signature) {
    if (signer.isPresent() && signature.isPresent()) {
      return GoalResult.made(
          List.of(),
          "%s (SHA-256 without the signature %s)".formatted(what, content.digest()),
          "signed by %s, serial %d; the signature follows the first %d bytes"
              .formatted(signer.get().key(), signature.get().serial(), content.size()));
    }
    return GoalResult.made(
        List.of(),
        "%s (SHA-256 %s)".formatted(what, digest),
        "not signed, because diskless.sign.key is not set; a signed build has the same first %d bytes (SHA-256 %s)"
            .formatted(content.size(), content.digest()));
  }
}
