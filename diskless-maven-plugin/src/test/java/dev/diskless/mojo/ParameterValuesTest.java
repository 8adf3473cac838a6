package dev.diskless.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.archive.Compression;
import dev.diskless.goal.ReportFile;
import dev.diskless.problem.ProblemException;
import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.maven.model.Build;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How goals read the values of parameters. */
class ParameterValuesTest {

  @ParameterizedTest
  @CsvSource({
    "2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z",
    "2026-01-01T02:00:00.5+02:00, 2026-01-01T00:00:00Z",
    "1767225600, 2026-01-01T00:00:00Z",
  })
  void aTimestampHasEachFormOfMaven(String text, Instant time) {
    assertThat(OutputTimestamp.parse(text)).isEqualTo(time);
  }

  /** Maven accepts a single character to switch reproducible builds off. */
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "x", "yesterday", "99999999999999999999"})
  void aTimestampThatIsNotATimeIsAnErrorWithARemedy(String text) {
    assertThatThrownBy(() -> OutputTimestamp.parse(text))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("project.build.outputTimestamp")
        .hasMessageContaining("2026-01-01T00:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({"zstd, ZSTD, tar.zst", "gzip, GZIP, tar.gz"})
  void theCompressionDecidesOnTheFileOfTheBundle(
      String keyword, Compression compression, String extension) {
    BundleFormat format = BundleFormat.parse(keyword);

    assertThat(format.compression()).isEqualTo(compression);
    assertThat(format.file(project())).isEqualTo(Path.of("/lab/out/lab-1.0-tftpboot." + extension));
  }

  @Test
  void anUnknownCompressionIsAnError() {
    assertThatThrownBy(() -> BundleFormat.parse("xz"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("diskless.compression=xz: \"xz\" is neither zstd nor gzip");
  }

  @Test
  void aReportWithoutAProjectNeedsAnOutput() {
    File work = new File("/lab/out/diskless");
    MavenProject project = project();
    assertThat(ReportOutput.of(null, work, project, "status.json"))
        .isEqualTo(new ReportFile(Optional.empty()));
    assertThat(ReportOutput.of(new File("mine.json"), work, project, "status.json"))
        .isEqualTo(new ReportFile(Optional.of(Path.of("mine.json"))));

    project.setFile(new File("/lab/pom.xml"));

    assertThat(ReportOutput.of(null, work, project, "status.json"))
        .isEqualTo(new ReportFile(Optional.of(Path.of("/lab/out/diskless/status.json"))));
  }

  @Test
  void blankTextsAreNotSet() {
    assertThat(AbstractGoalMojo.text(null)).isEmpty();
    assertThat(AbstractGoalMojo.text(" ")).isEmpty();
    assertThat(AbstractGoalMojo.text("first")).contains("first");
    assertThat(AbstractGoalMojo.list(null)).isEmpty();
    assertThat(AbstractGoalMojo.list(List.of(" one", "", "two "))).containsExactly("one", "two");
  }

  private static MavenProject project() {
    MavenProject project = new MavenProject();
    project.setArtifactId("lab");
    project.setVersion("1.0");
    Build build = new Build();
    build.setDirectory("/lab/out");
    project.setBuild(build);
    return project;
  }
}
