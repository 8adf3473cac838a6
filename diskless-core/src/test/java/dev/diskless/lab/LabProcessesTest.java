package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.testing.RequiresProgram;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a lab ends, none of its machines goes on. */
@RequiresProgram({"sh", "sleep"})
class LabProcessesTest {

  private static final long SECONDS = 20;

  @TempDir private Path folder;
  private final List<ProcessHandle> started = new ArrayList<>();

  /** A lab of two machines in a JVM of its own, which then waits for ever. */
  public static final class InAJvmOfItsOwn {
    private InAJvmOfItsOwn() {}

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      try (LabProcesses machines = new LabProcesses(folder)) {
        StringBuilder pids = new StringBuilder();
        for (int number = 0; number < 2; number++) {
          List<String> command = new ArrayList<>(List.of("nice", "-n", "10"));
          command.addAll(List.of(arguments).subList(1, arguments.length));
          pids.append(machines.start(command, folder.resolve(number + ".qemu")).pid()).append(' ');
        }
        System.out.println(pids);
        Thread.sleep(600_000);
      }
    }
  }

  @AfterEach
  void endsWhatATestThatFailsLeaves() {
    started.forEach(ProcessHandle::destroyForcibly);
  }

  /** A real machine where QEMU is here, else a program that does not end by itself either. */
  private static List<String> machine() {
    Optional<Path> qemu =
        Stream.of(System.getenv("PATH").split(":"))
            .map(d -> Path.of(d, "qemu-system-x86_64"))
            .filter(Files::isExecutable)
            .findFirst();
    return qemu.map(
            q ->
                List.of(
                    q.toString(),
                    "-nodefaults",
                    "-display",
                    "none",
                    "-S",
                    "-accel",
                    "tcg",
                    "-m",
                    "16"))
        .orElse(List.of("sleep", "600"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP", "KILL"})
  void noMachineOutlivesTheJvm(String signal) throws Exception {
    Assumptions.assumeTrue(
        !signal.equals("KILL") || isEndedWithTheJvm(), "SKIPPED: no setpriv --pdeathsig here");
    // A build that was started in the background of a shell, or with nohup(1), ignores some of
    // these
    // signals, and its children would, too.
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "--default-signal=TERM,INT,HUP",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                InAJvmOfItsOwn.class.getName(),
                folder.toString()));
    command.addAll(machine());
    Process jvm =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    started.add(jvm.toHandle());
    BufferedReader out =
        new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8));
    List<ProcessHandle> machines =
        Stream.of(out.readLine().strip().split(" "))
            .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
            .toList();
    started.addAll(machines);
    assertThat(machines).hasSize(2).allMatch(ProcessHandle::isAlive);

    new ProcessBuilder("kill", "-" + signal, Long.toString(jvm.pid())).start().waitFor();

    assertThat(jvm.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    for (ProcessHandle machine : machines) {
      machine.onExit().get(SECONDS, TimeUnit.SECONDS);
      assertThat(machine.isAlive()).isFalse();
    }
  }

  private boolean isEndedWithTheJvm() {
    try (LabProcesses machines = new LabProcesses(folder)) {
      return machines.endWithTheJvm();
    }
  }

  @Test
  void theyEndWithTheLab() throws Exception {
    Process process;
    try (LabProcesses machines = new LabProcesses(folder)) {
      process = machines.start(List.of("sleep", "600"), folder.resolve("one.qemu"));
      started.add(process.toHandle());
      assertThat(process.isAlive()).isTrue();
    }

    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void whatTheySayIsKeptAndPathsAreRelativeToTheFolder() throws Exception {
    Files.writeString(folder.resolve("here"), "found");
    try (LabProcesses machines = new LabProcesses(folder)) {
      machines.start(List.of("cat", "here"), folder.resolve("one.qemu")).waitFor();
    }

    assertThat(folder.resolve("one.qemu")).hasContent("found");
  }

  /** For the kernel would end the machine together with that thread. */
  @Test
  void anotherThreadMayNotStartThem() throws Exception {
    try (LabProcesses machines = new LabProcesses(folder)) {
      List<Throwable> thrown = new ArrayList<>();
      Thread other =
          new Thread(
              () -> {
                try {
                  machines.start(List.of("true"), folder.resolve("one.qemu"));
                } catch (Throwable t) {
                  thrown.add(t);
                }
              });
      other.start();
      other.join();

      assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void noneIsStartedOnceTheLabEnds() {
    LabProcesses machines = new LabProcesses(folder);
    machines.close();

    assertThatThrownBy(() -> machines.start(List.of("true"), folder.resolve("one.qemu")))
        .hasMessageContaining("is ending");
  }
}
