package dev.diskless.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchPathTest {

  @TempDir private Path root;

  @Test
  void theFirstExecutableFileIsFound() throws IOException {
    Files.createDirectories(root.resolve("a/program"));
    Files.createDirectories(root.resolve("b"));
    Files.createDirectories(root.resolve("usr/sbin"));
    Files.writeString(root.resolve("b/program"), "");
    Path program = Files.writeString(root.resolve("usr/sbin/program"), "#!/bin/sh\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();

    SearchPath path = SearchPath.of(root + "/none::" + root + "/a:" + root + "/b:");
    assertThat(path.find("program")).isEmpty();
    assertThat(path).hasToString("%1$s/none:%1$s/a:%1$s/b".formatted(root));
    assertThat(SearchPath.of(path + ":" + root + "/usr/sbin").find("program")).contains(program);
    assertThat(SearchPath.below(root).find("program")).contains(program);
    assertThat(SearchPath.of("").find("program")).isEmpty();
  }

  @Test
  void thisProcessAlsoFindsServers() {
    assertThat(SearchPath.ofThisProcess().directories()).contains(Path.of("/usr/sbin"));
    assertThat(SearchPath.ofThisProcess().find("sh")).isPresent();
  }
}
