package dev.diskless.mojo;

import dev.diskless.archive.Compression;
import dev.diskless.goal.Goal;
import dev.diskless.goal.GoalResult;
import dev.diskless.goal.PackageGoal;
import dev.diskless.goal.SigningOptions;
import dev.diskless.project.ClusterProject;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.maven.artifact.handler.DefaultArtifactHandler;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Packs everything that a master serves into one artifact. The same input results in the same
 * bytes.
 */
@Mojo(
    name = "package",
    defaultPhase = LifecyclePhase.PACKAGE,
    threadSafe = true,
    configurator = "diskless")
public final class PackageMojo extends AbstractProjectMojo {

  /**
   * SSH key that signs the bundle: the file of a private key, or the <code>.pub</code> file of a
   * private key that the ssh-agent has. Requires ssh-keygen of OpenSSH 8.1 or newer. By default the
   * bundle is not signed.
   */
  @Parameter(property = "diskless.sign.key")
  private File signKey;

  /**
   * Serial number of a signed bundle, at least 0. A master rejects a bundle whose serial number is
   * lower than that of a bundle it has installed. The default is the time of the signature, in
   * seconds since 1970 (UTC).
   */
  @Parameter(property = "diskless.serial")
  private Long serial;

  /** Folder for results that people read, and for files that goals leave for each other. */
  @Parameter(property = "diskless.work", defaultValue = "${project.build.directory}/diskless")
  private File work;

  /**
   * Folder that keeps images between builds, for all projects of the user. It can be removed at any
   * time, and the next build fills it again.
   */
  @Parameter(property = "diskless.cache", defaultValue = "${user.home}/.cache/diskless")
  private File cache;

  /** How the bundle is compressed: <code>zstd</code> or <code>gzip</code>. */
  @Parameter(property = "diskless.compression", defaultValue = "zstd")
  private String compression;

  @Parameter(defaultValue = "${plugin.version}", readonly = true, required = true)
  private String pluginVersion;

  @Override
  Goal goal() {
    return cluster -> {
      GoalResult result = new PackageGoal(signing()).run(cluster);
      attach(cluster.bundle());
      return result;
    };
  }

  @Override
  ClusterProject.Builder clusterProject() {
    BundleFormat bundle = BundleFormat.parse(compression);
    return super.clusterProject()
        .work(work.toPath())
        .cache(cache.toPath())
        .bundle(bundle.file(project()), bundle.compression())
        .pluginVersion(pluginVersion);
  }

  private void attach(Path bundle) {
    BundleFormat format = BundleFormat.parse(compression);
    if (format.compression() == Compression.GZIP) {
      DefaultArtifactHandler gzip = new DefaultArtifactHandler(project().getPackaging());
      gzip.setExtension(format.extension());
      project().getArtifact().setArtifactHandler(gzip);
    }
    project().getArtifact().setFile(bundle.toFile());
  }

  private SigningOptions signing() {
    return new SigningOptions(
        Optional.ofNullable(signKey).map(File::toPath),
        serial == null ? OptionalLong.empty() : OptionalLong.of(serial));
  }
}
