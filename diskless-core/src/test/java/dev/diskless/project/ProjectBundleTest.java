package dev.diskless.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.archive.Compression;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectBundleTest {

  @TempDir private Path directory;
  private Path built;
  private Path installed;

  @BeforeEach
  void names() {
    built = directory.resolve("lab-1.0-tftpboot.tar.zst");
    installed = directory.resolve("lab-1.0.tar.zst");
  }

  private Path select(Optional<Path> chosen) throws IOException {
    ClusterProject project =
        ClusterProject.in(directory, line -> {})
            .version("1.0")
            .bundle(built, Compression.ZSTD)
            .installedBundle(installed)
            .build();
    return ProjectBundle.select(project, chosen, "-Ddiskless.bundle=", "-Ddiskless.version=");
  }

  @Test
  void stopsIfTheLocalRepositoryHasAnotherBundleOfThisVersion() throws IOException {
    Files.writeString(built, "new");
    Files.writeString(installed, "old");

    assertThatThrownBy(() -> select(Optional.empty()))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("version 1.0 exists as two different bundles: " + built + " (sha256 ")
        .hasMessageContaining(" and " + installed + " (sha256 ")
        .hasMessageContaining("choose the first with -Ddiskless.bundle=" + built)
        .hasMessageContaining("or the second with -Ddiskless.version=1.0");
  }

  @Test
  void stopsIfNothingWasPackaged() throws IOException {
    Files.writeString(installed, "old");

    assertThatThrownBy(() -> select(Optional.empty()))
        .hasMessageContaining("the bundle of the project does not exist: " + built)
        .hasMessageContaining("choose a bundle with -Ddiskless.bundle=FILE");
  }

  @Test
  void anOptionSelectsEitherBundle() throws IOException {
    Files.writeString(built, "new");
    Files.writeString(installed, "old");

    assertThatThrownBy(() -> select(Optional.of(installed)))
        .describedAs("the chosen file is read, and is not a bundle")
        .hasMessageContaining(installed + " is damaged");
    assertThat(select(Optional.of(directory.resolve("missing"))))
        .describedAs("the goal reports a missing file")
        .hasFileName("missing");
  }
}
