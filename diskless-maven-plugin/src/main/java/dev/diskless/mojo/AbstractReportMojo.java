package dev.diskless.mojo;

import dev.diskless.project.ClusterProject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugins.annotations.Parameter;

/** What goals have in common that print a report, and write it for programs. */
abstract class AbstractReportMojo extends AbstractInstalledMojo {

  /**
   * A file for programs, in JSON. By default <code>GOAL.json</code> in <code>diskless.work</code>
   * where there is a project, and none where there is not.
   */
  @Parameter(property = "diskless.output")
  private File output;

  AbstractReportMojo(RepositoryArtifacts artifacts) {
    super(artifacts);
  }

  final void print(List<String> lines) {
    lines.forEach(line -> getLog().info(line));
  }

  final void write(ClusterProject project, String name, String json) throws IOException {
    Path file = output == null ? project.work().resolve(name) : output.toPath();
    if (output == null && project().getFile() == null) {
      return;
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, json);
    getLog().info("written: " + file);
  }
}
