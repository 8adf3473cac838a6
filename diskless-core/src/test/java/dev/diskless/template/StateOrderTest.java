package dev.diskless.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.model.Node;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What systemd makes of the lines of a node's state: its own generator reads the fstab, and its own
 * manager, in its test mode, puts the units of a start in order.
 */
class StateOrderTest {

  private static final Path GENERATOR =
      Path.of("/usr/lib/systemd/system-generators/systemd-fstab-generator");
  private static final Path SYSTEMD = Path.of("/usr/lib/systemd/systemd");

  @TempDir private Path folder;

  @RequiresRoot("running programs as other users")
  @Test
  void stateIsMountedBeforeAnyServiceAndWaitsForNoNetwork() throws IOException {
    assumeTrue(
        Files.isExecutable(GENERATOR) && Files.isExecutable(SYSTEMD),
        "NOT TESTED: systemd is not installed");
    // The node of root mode shared: its own folders lie below.
    Node node = Clusters.keeping().nodes().get(1);
    Files.writeString(
        folder.resolve("fstab"),
        Rendered.text(Rendered.shipped(Clusters.keeping()).node(node), "etc/fstab"));
    Shell.Result made =
        Shell.run(
            folder,
            "chmod 755 . && mkdir units && SYSTEMD_FSTAB=$PWD/fstab %s units units units && chmod -R go+rX units"
                .formatted(GENERATOR));
    assertThat(made.exit()).as(made.output()).isZero();
    Shell.Result start =
        Shell.run(
            folder,
            "SYSTEMD_UNIT_PATH=$PWD/units: setpriv --reuid=65534 --regid=65534 --clear-groups %s --test --system --unit=multi-user.target --log-target=console --log-level=info"
                .formatted(SYSTEMD));
    assumeTrue(start.exit() == 0, "NOT TESTED: systemd has no test mode here: " + start.output());

    assertThat(start.output()).doesNotContain("ordering cycle");
    List<String> state = unit(start.output(), "run-diskless-state.mount");
    assertThat(state)
        .anyMatch(l -> l.startsWith("Before: local-fs.target"))
        .anyMatch(l -> l.startsWith("RequiredBy: local-fs.target"))
        .anyMatch(l -> l.equals("Action: run-diskless-state.mount -> start"))
        .noneMatch(l -> l.startsWith("After: network"))
        .noneMatch(l -> l.startsWith("Conflicts: umount.target"));
    List<String> bound = unit(start.output(), "var-lib-app.mount");
    assertThat(bound)
        .anyMatch(l -> l.startsWith("Before: local-fs.target"))
        .anyMatch(l -> l.startsWith("RequiredBy: local-fs.target"))
        .anyMatch(l -> l.startsWith("After: run-diskless-state.mount"))
        .anyMatch(l -> l.startsWith("Requires: run-diskless-state.mount"))
        .anyMatch(l -> l.startsWith("After: var.mount"))
        .noneMatch(l -> l.startsWith("After: network"));
    // As a line without these options would be.
    assertThat(unit(start.output(), "home.mount"))
        .anyMatch(l -> l.startsWith("After: network-online.target"));
  }

  private static List<String> unit(String dump, String name) {
    List<String> lines = dump.lines().map(String::strip).toList();
    int from = lines.indexOf("-> Unit " + name + ":");
    assertThat(from).as(name).isNotNegative();
    Pattern next = Pattern.compile("-> Unit .*");
    return lines.subList(from + 1, lines.size()).stream()
        .takeWhile(l -> !next.matcher(l).matches())
        .toList();
  }
}
