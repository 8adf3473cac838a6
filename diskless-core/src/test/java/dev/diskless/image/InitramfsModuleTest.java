package dev.diskless.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.testing.RequiresProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresProgram("sh")
class InitramfsModuleTest {

  private static final List<String> PROGRAMS =
      List.of(
          "usr/share/initramfs-tools/hooks/diskless",
          "usr/share/initramfs-tools/scripts/nfs-bottom/diskless");
  private static final String SETTINGS = "usr/share/initramfs-tools/conf.d/diskless";

  @TempDir private Path root;

  private int run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    int code = process.waitFor();
    assertThat(said).isEmpty();
    return code;
  }

  @Test
  void theScriptPutsAllFilesWherePackagesPutTheirs() throws Exception {
    assertThat(run("sh", "-c", InitramfsModule.install(), "sh", root.toString())).isZero();

    assertThat(Files.readAllBytes(root.resolve(SETTINGS))).isEqualTo(resource(SETTINGS));
    assertThat(Files.isExecutable(root.resolve(SETTINGS))).isFalse();
    for (String file : PROGRAMS) {
      Path installed = root.resolve(file);
      assertThat(installed).isExecutable();
      assertThat(Files.readAllBytes(installed)).isEqualTo(resource(file));
      assertThat(run("sh", "-n", installed.toString())).isZero();
      // initramfs-tools(7): each script tells what must run before it.
      assertThat(run(installed.toString(), "prereqs")).isZero();
    }
  }

  private static byte[] resource(String file) throws Exception {
    try (var original =
        InitramfsModule.class.getResourceAsStream(
            "/dev/diskless/initramfs/" + file.substring("usr/share/initramfs-tools/".length()))) {
      return original.readAllBytes();
    }
  }
}
