package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.host.SearchPath;
import dev.diskless.model.Cluster;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LabProcesses that are not fit for a lab, made up. */
class HostTest {

  private static final Cluster CLUSTER = Clusters.lab();

  /** For two nodes of the usual size and the master, in MB. */
  private static final long ENOUGH = 4096;

  @TempDir Path root;
  private Host host;

  @BeforeEach
  void makeHost() throws IOException {
    host = new Host(root, SearchPath.of(root.resolve("empty") + ":" + root.resolve("bin")));
    qemu("QEMU emulator version 7.2.22 (Debian 1:7.2)");
    file("data/efi-virtio.rom", "");
    file("proc/meminfo", "MemTotal: 9999999 kB\nMemAvailable:  %d kB\n".formatted(ENOUGH << 10));
  }

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void qemu(String version) throws IOException {
    String name = "bin/qemu-system-x86_64";
    file(
        name,
        "#!/bin/sh\n[ \"$1\" = --version ] && echo '%s'\n[ \"$1\" = -L ] && echo '%s'\n"
            .formatted(version, root.resolve("data")));
    Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString("rwx------"));
  }

  private List<String> problems() throws IOException {
    try {
      Lab.check(CLUSTER, CLUSTER.nodes(), LabOptions.DEFAULT, host);
      return List.of();
    } catch (ProblemException e) {
      return e.problems().stream().map(Problem::toString).toList();
    }
  }

  @RequiresProgram("sh")
  @Test
  void aFitOneIsTaken() throws IOException {
    assertThat(problems()).isEmpty();
    assertThat(host.qemu()).isEqualTo(root.resolve("bin/qemu-system-x86_64").toString());
  }

  @Test
  void qemuMustBeOnThePath() throws IOException {
    host = new Host(root, SearchPath.of(root.resolve("empty").toString()));

    assertThat(problems())
        .containsExactly(
            "the lab needs qemu-system-x86_64, which is not on the PATH; run apt-get install"
                + " qemu-system-x86 ipxe-qemu");
  }

  @RequiresProgram("sh")
  @Test
  void anOldQemuIsRefused() throws IOException {
    for (String old : List.of("QEMU emulator version 6.2.0 (Debian)", "7.1.9", "qemu: error")) {
      qemu(old);
      assertThatThrownBy(host::qemu)
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("needs QEMU 7.2 or newer, but the installed QEMU reports: " + old);
    }
    for (String enough : List.of("7.2.22", "8.0.1", "10.0.2")) {
      qemu("QEMU emulator version " + enough);
      assertThat(host.qemu()).endsWith("/qemu-system-x86_64");
    }
  }

  @RequiresProgram("sh")
  @Test
  void aBiosNeedsTheRomOfItsCard() throws IOException {
    Files.delete(root.resolve("data/efi-virtio.rom"));

    assertThat(problems())
        .singleElement()
        .asString()
        .contains("QEMU has no efi-virtio.rom", "apt-get install ipxe-qemu");
    assertThat(host.missingRom(host.qemu(), List.of(Start.UEFI))).isEmpty();
  }

  @RequiresProgram("sh")
  @Test
  void withoutMemoryNothingStarts() throws IOException {
    file("proc/meminfo", "MemAvailable:  %d kB\n".formatted((ENOUGH << 10) - 1));

    assertThat(problems())
        .containsExactly(
            "the lab needs 4,096 MB of memory, and 4,095 MB are free; run fewer nodes at once"
                + " (-Ddiskless.boot.atOnce). Each node needs 1024 MB"
                + " (-Ddiskless.boot.memory), and the master needs 2048 MB");
  }

  /** What is told is the least of all; the cache of files can be had back. */
  @RequiresProgram("sh")
  @Test
  void theLimitOfAContainerCounts() throws IOException {
    file("proc/self/cgroup", "0::/jobs/one\n");
    file("sys/fs/cgroup/jobs/one/memory.max", "max\n");
    file("sys/fs/cgroup/jobs/one/memory.current", "1000\n");
    assertThat(problems()).isEmpty();

    file("sys/fs/cgroup/jobs/memory.max", (3000L << 20) + "\n");
    file("sys/fs/cgroup/jobs/memory.current", (1500L << 20) + "\n");
    file(
        "sys/fs/cgroup/jobs/memory.stat",
        "anon 1\ninactive_file %d\nactive_file %d\n".formatted(300L << 20, 200L << 20));
    assertThat(problems()).singleElement().asString().contains("and 2,000 MB are free");

    // As a container sees it that has the group as its top.
    file("proc/self/cgroup", "0::/../../elsewhere\n");
    assertThat(problems()).isEmpty();
    file("proc/self/cgroup", "0::/not/seen/here\n");
    file("sys/fs/cgroup/memory.max", (1L << 30) + "\n");
    file("sys/fs/cgroup/memory.current", "0\n");
    assertThat(problems()).singleElement().asString().contains("and 1,024 MB are free");
  }

  @RequiresProgram("sh")
  @Test
  void soDoesThatOfTheFirstKindOfGroups() throws IOException {
    file("proc/self/cgroup", "9:name=systemd:/x\n4:cpu,memory:/jobs/one\n0::/\n");
    file("sys/fs/cgroup/memory/jobs/one/memory.limit_in_bytes", (1L << 30) + "\n");
    file("sys/fs/cgroup/memory/jobs/one/memory.usage_in_bytes", (1L << 29) + "\n");

    assertThat(problems()).singleElement().asString().contains("and 512 MB are free");
  }

  @Test
  void allThatIsWrongIsTold() throws IOException {
    host = new Host(root, SearchPath.of(""));
    file("proc/meminfo", "MemAvailable:  1024 kB\n");

    assertThat(problems()).hasSize(2);
    assertThat(host.missingMemory(1, 1, 0)).isEqualTo(Optional.empty());
  }
}
