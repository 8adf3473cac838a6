package dev.diskless.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.diskless.host.SearchPath;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MmdebstrapHostTest {

  @TempDir Path root;

  @BeforeEach
  void makeSystem() throws IOException {
    Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("etc"));
    Files.createDirectories(root.resolve("proc/sys/user"));
    Files.writeString(root.resolve("proc/sys/user/max_user_namespaces"), "1000\n");
  }

  private void program(String name) throws IOException {
    Path program = Files.writeString(root.resolve("bin/" + name), "#!/bin/sh\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  private MmdebstrapHost host(String user) throws IOException {
    return MmdebstrapHost.of(
        "debian", SearchPath.of(root.resolve("bin") + "::/nowhere"), user, root);
  }

  private List<String> missing(String user) {
    ProblemException missing = catchThrowableOfType(ProblemException.class, () -> host(user));
    return missing.problems().stream().map(Problem::toString).toList();
  }

  @Test
  void rootNeedsMmdebstrapOnly() throws IOException {
    assertThat(missing("root"))
        .containsExactly(
            "image debian needs mmdebstrap, which is not installed; run `apt-get install mmdebstrap`"
                + " as root; on a system without apt, build the image elsewhere and give its"
                + " tar archive with `archive:`");

    program("mmdebstrap");
    assertThat(host("root").mode()).isEqualTo("root");
    assertThat(host("root").command(List.of("--version")).words())
        .containsExactly(root.resolve("bin/mmdebstrap").toString(), "--version");
  }

  @Test
  void aUserIsToldAllThatIsMissing() throws IOException {
    Files.writeString(root.resolve("etc/subuid"), "other:100000:65536\nbuilder:165536:1000\n");
    Files.writeString(root.resolve("proc/sys/user/max_user_namespaces"), "0\n");

    assertThat(missing("builder"))
        .hasSize(5)
        .anyMatch(p -> p.contains("apt-get install mmdebstrap"))
        .anyMatch(p -> p.contains("apt-get install uidmap"))
        .anyMatch(p -> p.contains("because /etc/subuid has no range of 65536"))
        .anyMatch(p -> p.contains("because /etc/subgid has no range of 65536"))
        .anyMatch(p -> p.contains("sysctl kernel.unprivileged_userns_clone=1"));
  }

  @Test
  void aUserWithARangeUsesNamespaces() throws IOException {
    program("mmdebstrap");
    program("newuidmap");
    for (String file : List.of("etc/subuid", "etc/subgid")) {
      Files.writeString(root.resolve(file), "other:100000:65536\nbuilder:165536:65536\n");
    }

    assertThat(host("builder").mode()).isEqualTo("unshare");
  }
}
