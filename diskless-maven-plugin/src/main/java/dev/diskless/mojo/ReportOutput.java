package dev.diskless.mojo;

import dev.diskless.goal.ReportFile;
import java.io.File;
import java.util.Optional;
import org.apache.maven.project.MavenProject;

/** File to which a goal on a master writes its report for programs. */
final class ReportOutput {

  private ReportOutput() {}

  /**
   * Returns the file of the report.
   *
   * @param output file that the user chose; null for the file {@code name} in the work folder, or
   *     no file if there is no project
   */
  static ReportFile of(File output, File work, MavenProject project, String name) {
    if (output != null) {
      return new ReportFile(Optional.of(output.toPath()));
    }
    return new ReportFile(
        project.getFile() == null ? Optional.empty() : Optional.of(work.toPath().resolve(name)));
  }
}
