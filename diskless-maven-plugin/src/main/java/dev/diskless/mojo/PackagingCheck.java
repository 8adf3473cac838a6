package dev.diskless.mojo;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.AbstractMavenLifecycleParticipant;
import org.apache.maven.MavenExecutionException;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Plugin;
import org.apache.maven.project.MavenProject;

/**
 * Rejects projects that have a descriptor but another packaging. With a missing {@code <packaging>}
 * Maven builds an empty jar, and the build succeeds. Maven calls this check if the pom declares the
 * plugin with {@code <extensions>true</extensions>}.
 */
public final class PackagingCheck extends AbstractMavenLifecycleParticipant {

  static final String PACKAGING = "diskless-cluster";

  private static final String PLUGIN = "dev.diskless:diskless-maven-plugin";
  private static final String DESCRIPTOR = "src/main/cluster/cluster.yaml";

  @Override
  public void afterProjectsRead(MavenSession session) throws MavenExecutionException {
    for (MavenProject project : session.getProjects()) {
      check(project);
    }
  }

  static void check(MavenProject project) throws MavenExecutionException {
    if (isAffected(project)) {
      throw new MavenExecutionException(
          "%s: the packaging is %s, but the project has a descriptor (%s). Write <packaging>%s</packaging> below <version>."
              .formatted(project.getFile(), project.getPackaging(), DESCRIPTOR, PACKAGING),
          project.getFile());
    }
  }

  private static boolean isAffected(MavenProject project) {
    Plugin plugin = project.getPlugin(PLUGIN);
    return plugin != null
        && !project.getPackaging().equals(PACKAGING)
        && plugin.getExecutions().isEmpty()
        && Files.exists(project.getBasedir().toPath().resolve(Path.of(DESCRIPTOR)));
  }
}
