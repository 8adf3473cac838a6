package dev.diskless.mojo;

import dev.diskless.archive.Compression;
import dev.diskless.goal.PackageGoal;
import dev.diskless.goal.SigningOptions;
import dev.diskless.project.ClusterProject;
import java.io.File;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import javax.inject.Inject;
import org.apache.maven.artifact.handler.DefaultArtifactHandler;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/** Packs everything that a master serves as one artifact, the same bytes for the same input. */
@Mojo(
    name = "package",
    defaultPhase = LifecyclePhase.PACKAGE,
    threadSafe = true,
    configurator = "diskless")
public final class PackageMojo extends AbstractClusterMojo {

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

  @Inject
  public PackageMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject cluster) throws IOException {
    PackageGoal packaging = PackageGoal.run(cluster, signing());
    if (compressionOfBundle() == Compression.GZIP) {
      DefaultArtifactHandler gzip = new DefaultArtifactHandler(project().getPackaging());
      gzip.setExtension(bundleExtension());
      project().getArtifact().setArtifactHandler(gzip);
    }
    project().getArtifact().setFile(cluster.bundle().toFile());
    getLog().info(packaging.summary());
    getLog().info(packaging.signature());
  }

  private SigningOptions signing() {
    return new SigningOptions(
        Optional.ofNullable(signKey).map(File::toPath),
        serial == null ? OptionalLong.empty() : OptionalLong.of(serial));
  }
}
