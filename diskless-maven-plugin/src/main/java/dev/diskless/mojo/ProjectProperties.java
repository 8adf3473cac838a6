package dev.diskless.mojo;

import java.util.Optional;
import java.util.Properties;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;

/**
 * Values of {@code ${name}}, in the order of Maven's resources: the command line, properties of the
 * project, the project itself, and the system.
 */
final class ProjectProperties {

  private final MavenProject project;
  private final MavenSession session;

  ProjectProperties(MavenProject project, MavenSession session) {
    this.project = project;
    this.session = session;
  }

  Optional<String> get(String name) {
    return in(session.getUserProperties(), name)
        .or(() -> in(project.getProperties(), name))
        .or(() -> ofProject(name))
        .or(() -> in(session.getSystemProperties(), name));
  }

  private static Optional<String> in(Properties properties, String name) {
    return Optional.ofNullable(properties.getProperty(name));
  }

  private Optional<String> ofProject(String name) {
    return switch (name) {
      case "project.groupId" -> Optional.of(project.getGroupId());
      case "project.artifactId" -> Optional.of(project.getArtifactId());
      case "project.version" -> Optional.of(project.getVersion());
      case "project.name" -> Optional.of(project.getName());
      case "project.description" -> Optional.ofNullable(project.getDescription());
      case "project.basedir", "basedir" -> Optional.of(project.getBasedir().getPath());
      case "project.build.directory" -> Optional.of(project.getBuild().getDirectory());
      default -> Optional.empty();
    };
  }
}
