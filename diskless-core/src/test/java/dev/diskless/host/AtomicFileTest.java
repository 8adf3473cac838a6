package dev.diskless.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir private Path folder;

  @Test
  void aFileIsReplaced() throws IOException {
    Path file = folder.resolve("file");
    AtomicFile.write(file, "old \u00e4");
    AtomicFile.write(file, "new");
    assertThat(file).hasContent("new");
    Files.writeString(AtomicFile.partial(file), "newest");
    AtomicFile.publish(AtomicFile.partial(file), file);
    assertThat(file).hasContent("newest");
    assertThat(folder).isDirectoryContaining(file::equals);
    assertThat(AtomicFile.partial(file)).doesNotExist();
  }

  @Test
  void aFailureLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("file");
    AtomicFile.write(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write('n');
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(file).hasContent("old");
    assertThat(AtomicFile.partial(file)).doesNotExist();
  }

  /** A link in the place of the file is replaced. The file behind it stays as it is. */
  @Test
  void aLinkIsReplaced() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "other");
    Path link = Files.createSymbolicLink(folder.resolve("link"), other);
    AtomicFile.write(link, "new");
    assertThat(link).isRegularFile().hasContent("new");
    assertThat(other).hasContent("other");
  }
}
