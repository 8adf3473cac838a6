package dev.diskless.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.host.Command.Result;
import dev.diskless.testing.RequiresProgram;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresProgram("sh")
class CommandTest {

  @TempDir private Path folder;

  private static Command shell(String script) {
    return Command.of("sh", "-c", script);
  }

  @Test
  void runReturnsBothOutputsInOrder() throws IOException {
    List<String> progress = new ArrayList<>();
    Result result = shell("echo one; echo two >&2; echo; exit 3").run(progress::add);
    assertThat(result).isEqualTo(new Result(3, List.of("one", "two", "")));
    assertThat(progress).containsExactly("one", "two", "");
    assertThat(result.end(2)).isEqualTo("one / two");
  }

  @Test
  void readSeparatesTheOutputs() throws IOException {
    StringWriter output = new StringWriter();
    Result result =
        shell("printf 'a\\351\\0b'; echo 'caf\u00e9' >&2; exit 1")
            .read(ISO_8859_1, reader -> reader.transferTo(output));
    assertThat(result).isEqualTo(new Result(1, List.of("caf\u00e9")));
    assertThat(output).hasToString("a\u00e9\0b");
  }

  @Test
  void aCommandReadsNothingByDefault() throws IOException {
    assertThat(Command.of("cat").run().lines()).isEmpty();
    Path file = Files.writeString(folder.resolve("input"), "text\n");
    assertThat(Command.of("cat").reading(file).run().lines()).containsExactly("text");
  }

  @Test
  void aCommandRunsInItsDirectoryWithItsEnvironment() throws IOException {
    Command command = shell("pwd; echo $A $LC_ALL $SOURCE_DATE_EPOCH $TZ $LC_TIME; echo $PATH");
    List<String> lines =
        command
            .in(folder)
            .with("LC_TIME", "de_DE")
            .reproducible(Instant.ofEpochSecond(7))
            .with("A", "a")
            .run()
            .lines();
    assertThat(lines.subList(0, 2))
        .containsExactly(folder.toRealPath().toString(), "a C.UTF-8 7 UTC");
    assertThat(lines.get(2).split(":")).contains("/usr/sbin", "/usr/local/sbin");
    // A command is immutable.
    assertThat(command.run().lines().get(1)).doesNotContain("a C.UTF-8 7");
  }

  @Test
  void aMissingProgramCannotStart() {
    assertThatThrownBy(() -> Command.of("/nowhere/program").run())
        .isInstanceOf(Command.CannotStart.class)
        .hasMessageContaining("/nowhere/program");
  }

  @Test
  void anInterruptEndsTheProgram() {
    List<Long> processes = new ArrayList<>();
    Thread caller = Thread.currentThread();
    assertThatThrownBy(
            () ->
                shell("echo $$; exec sleep 60")
                    .run(
                        line -> {
                          processes.add(Long.valueOf(line));
                          caller.interrupt();
                        }))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    ProcessHandle.of(processes.get(0)).ifPresent(process -> process.onExit().join());
  }

  @Test
  void aProgramInTheBackgroundWritesItsLog() throws Exception {
    Path log = folder.resolve("log");
    assertThat(shell("echo one; echo two >&2").start(log).waitFor()).isZero();
    assertThat(log).hasContent("one\ntwo");
    Process cat = Command.of("cat").startWithPipes();
    try (var input = cat.outputWriter(UTF_8)) {
      input.write("text");
    }
    assertThat(cat.inputReader(UTF_8).readLine()).isEqualTo("text");
  }
}
