package dev.diskless.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.host.Progress;
import dev.diskless.testing.RequiresProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CacheLockTest {

  @TempDir Path temp;

  @Test
  void anotherThreadWaitsAndSaysSo() throws Exception {
    Path file = temp.resolve("a/lock");
    List<String> said = Collections.synchronizedList(new ArrayList<>());
    CacheLock first = CacheLock.take(file, "image x", Progress.SILENT);
    Thread second = new Thread(() -> takeAndNote(file, said));
    second.start();
    while (said.isEmpty()) {
      Thread.sleep(10);
    }
    said.add("released");
    first.close();
    second.join();

    assertThat(said)
        .containsExactly("image x: waiting for another build that creates it", "released", "taken");
  }

  @SuppressWarnings("try") // the lock is only held
  private static void takeAndNote(Path file, List<String> said) {
    try (CacheLock lock = CacheLock.take(file, "image x", said::add)) {
      said.add("taken");
    } catch (java.io.IOException failed) {
      said.add(failed.toString());
    }
  }

  @RequiresProgram("python3")
  @Test
  void anotherProcessWaits() throws Exception {
    Path file = temp.resolve("lock");
    // fcntl(2) locks, as Java takes them; the other process ends when its input does.
    Process other =
        new ProcessBuilder(
                "python3",
                "-c",
                "import fcntl,sys; f=open(sys.argv[1],'w'); fcntl.lockf(f,fcntl.LOCK_EX);"
                    + " print('held',flush=True); sys.stdin.read()",
                file.toString())
            .start();
    try {
      assertThat(other.getInputStream().readNBytes(4)).asString().isEqualTo("held");
      List<String> said = Collections.synchronizedList(new ArrayList<>());
      Thread second = new Thread(() -> takeAndNote(file, said));
      second.start();
      while (said.isEmpty()) {
        Thread.sleep(10);
      }
      said.add("released");
      other.getOutputStream().close();
      second.join();

      assertThat(said).endsWith("released", "taken");
    } finally {
      other.destroyForcibly();
    }
  }
}
