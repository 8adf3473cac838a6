package dev.diskless.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForcedFileTest {

  @TempDir private Path folder;

  @Test
  void itHasWhatWasWritten() throws IOException {
    Path file = folder.resolve("file");
    Files.writeString(file, "longer than nothing");
    byte[] bytes = new byte[40 << 20];
    new Random(1).nextBytes(bytes);
    try (ForcedFile out = new ForcedFile(file)) {
      out.write(bytes[0]);
      for (int at = 1; at < bytes.length; ) {
        int count = Math.min(1_000_003, bytes.length - at);
        out.write(bytes, at, count);
        at += count;
      }
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void itContinuesAnotherFile() throws IOException {
    Path start = Files.writeString(folder.resolve("start"), "start");
    try (ForcedFile out = new ForcedFile(folder.resolve("file"))) {
      out.write('x');
      out.continueAfter(start);
      out.write('!');
    }
    assertThat(folder.resolve("file")).hasContent("start!");
    assertThat(start).doesNotExist();
  }

  @Test
  void closedTwiceIsClosedOnce() throws IOException {
    ForcedFile out = new ForcedFile(folder.resolve("file"));
    out.close();
    out.close();
    assertThatThrownBy(() -> out.write(1)).isInstanceOf(ClosedChannelException.class);
  }
}
