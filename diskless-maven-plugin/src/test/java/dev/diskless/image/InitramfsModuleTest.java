package dev.diskless.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitramfsModuleTest {

  private static final List<String> FILES =
      List.of(
          "usr/share/initramfs-tools/hooks/diskless",
          "usr/share/initramfs-tools/scripts/nfs-bottom/diskless");

  @TempDir private Path root;

  private int run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    int code = process.waitFor();
    assertThat(said).isEmpty();
    return code;
  }

  @Test
  void theScriptPutsBothFilesWherePackagesPutTheirs() throws Exception {
    assertThat(run("sh", "-c", new InitramfsModule().install(), "sh", root.toString())).isZero();

    for (String file : FILES) {
      Path installed = root.resolve(file);
      assertThat(installed).isExecutable();
      assertThat(run("sh", "-n", installed.toString())).isZero();
      // initramfs-tools(7): each script tells what must run before it.
      assertThat(run(installed.toString(), "prereqs")).isZero();
      try (var original =
          InitramfsModule.class.getResourceAsStream(
              "/dev/diskless/initramfs/" + file.substring("usr/share/initramfs-tools/".length()))) {
        assertThat(Files.readAllBytes(installed)).isEqualTo(original.readAllBytes());
      }
    }
  }
}
