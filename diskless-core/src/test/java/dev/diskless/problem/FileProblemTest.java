package dev.diskless.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileProblemTest {

  @TempDir private Path folder;

  private Problem problem(ThrowingCallable action) {
    return FileProblem.of(catchThrowableOfType(IOException.class, action), List.of(folder));
  }

  /** The exception of a stream does not name the file. */
  @Test
  void aFullDeviceIsReportedWithTheFreeSpaceOfTheFolders() {
    Problem problem =
        problem(
            () -> {
              try (OutputStream full = new FileOutputStream("/dev/full")) {
                full.write(1);
              }
            });

    assertThat(problem.message())
        .matches(
            "cannot write: no space is left on the disk \\(" + folder + ": [0-9.]+ MB free\\)");
    assertThat(problem.remedy()).startsWith("remove files there");
  }

  @Test
  void aFullDeviceIsReportedWithTheFileIfItIsKnown() {
    Path missing = folder.resolve("a/b");

    Problem problem =
        FileProblem.of(
            new IOException(
                "copy failed",
                new FileSystemException(missing.toString(), null, "No space left on device")),
            List.of());

    assertThat(problem.message())
        .startsWith(
            "cannot write %s: no space is left on the disk (%s: ".formatted(missing, folder));
  }

  @Test
  void aBarePathGetsTheReason() {
    Path missing = folder.resolve("missing");

    assertThat(problem(() -> Files.readString(missing)).message())
        .isEqualTo(missing + " does not exist");
    assertThat(problem(() -> new FileInputStream(missing.toFile()).close()).message())
        .isEqualTo(missing + " does not exist");
    assertThat(problem(() -> Files.createDirectory(folder)).message())
        .startsWith(folder + " already exists");
    assertThat(FileProblem.of(new AccessDeniedException("/root/x"), List.of()).message())
        .isEqualTo("cannot access /root/x: permission denied");
  }

  @Test
  void aReadOnlyFileSystemIsNamed() {
    assertThat(
            FileProblem.of(
                    new FileSystemException("/usr/x", null, "Read-only file system"), List.of())
                .message())
        .isEqualTo("cannot write /usr/x: the file system is read-only");
  }

  @Test
  void anotherErrorKeepsItsMessage() {
    assertThat(FileProblem.of(new IOException("tar failed: x"), List.of()).message())
        .isEqualTo("tar failed: x");
    assertThat(
            FileProblem.of(new FileSystemException("/a/b", null, "Not a directory"), List.of())
                .message())
        .isEqualTo("/a/b: Not a directory");
  }
}
