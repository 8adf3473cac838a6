package dev.diskless.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.ssh.Outcome.End;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both ways, to a real sshd. */
@RequiresRoot("sshd")
@RequiresProgram("sshd")
class SshTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final String THERE = "127.0.0.1";

  /** Nobody listens there. */
  private static final String AWAY = "127.0.1.3";

  @TempDir private Path folder;
  private SshServer server;

  /** The ways. */
  private enum Way {
    LIBRARY,
    PROGRAM;

    Ssh to(SshServer server, Duration limit) {
      return this == LIBRARY ? server.library(limit) : server.program(limit);
    }
  }

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = SshServer.start(folder);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void bothOutputsAndTheExitStatusCome(Way way) throws IOException {
    Ssh ssh = way.to(server, LIMIT);

    assertThat(ssh.run(THERE, "id -un; echo \"it's ä\" >&2; exit 3", Optional.empty()))
        .isEqualTo(new Outcome(End.EXITED, 3, List.of("root", "it's ä")));
    assertThat(ssh.run(THERE, "cat", Optional.empty())).isEqualTo(Outcome.exited(0, List.of()));
  }

  @ParameterizedTest
  @EnumSource
  void aLargeInputIsReadToItsEnd(Way way) throws IOException {
    Path input = folder.resolve("input");
    Files.write(input, new byte[20_000_000]);

    assertThat(way.to(server, LIMIT).run(THERE, "wc -c; seq 300000 | tail -1", Optional.of(input)))
        .isEqualTo(Outcome.exited(0, List.of("20000000", "300000")));
    // One that nobody reads does not hold the command.
    assertThat(way.to(server, LIMIT).run(THERE, "exit 4", Optional.of(input)).code()).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource
  void whatTakesTooLongIsLeft(Way way) throws IOException {
    Ssh ssh = way.to(server, Duration.ofSeconds(2));

    assertThat(ssh.run(THERE, "echo before; sleep 60", Optional.empty()))
        .isEqualTo(Outcome.failed(End.TOO_LATE, List.of("before")));
  }

  /** One line without end, many short lines, and more than the limit before an exit. */
  @ParameterizedTest
  @EnumSource
  void outputWithoutEndIsCutOff(Way way) throws IOException {
    for (String command : List.of("tr '\\0' a </dev/zero", "yes", "yes >&2", "seq 20001")) {
      Outcome outcome = way.to(server, LIMIT).run(THERE, command, Optional.empty());

      assertThat(outcome.end()).as(command).isEqualTo(End.TOO_MUCH);
      assertThat(outcome.lines()).hasSizeBetween(1, 20_000);
      assertThat(String.join("", outcome.lines())).hasSizeBetween(20_000, 1 << 20);
    }
    assertThat(way.to(server, LIMIT).run(THERE, "seq 20000", Optional.empty()).lines())
        .hasSize(20_000);
  }

  @ParameterizedTest
  @EnumSource
  void controlCharactersBecomeVisible(Way way) throws IOException {
    String command = "printf 'a\\033[2Jb\\tc\\302\\2331m\\n\\007\\n'; printf '\\033c' >&2";

    assertThat(way.to(server, LIMIT).run(THERE, command, Optional.empty()).lines())
        .containsExactlyInAnyOrder("a\\u001b[2Jb\tc\\u009b1m", "\\u0007", "\\u001bc");
  }

  @ParameterizedTest
  @EnumSource
  void anotherHostKeyIsRefused(Way way) throws IOException {
    Shell.run(
        folder,
        "ssh-keygen -q -t ed25519 -N '' -f other;"
            + " sed -i \"s,AAAA.*,$(cut -d' ' -f2 other.pub),\" known_hosts");
    Ssh ssh = way.to(server, LIMIT);

    assertThat(ssh.run(THERE, "true", Optional.empty()).end()).isEqualTo(End.REFUSED);
    // Where the master keeps keys, one that is not among them is nobody's.
    assertThat(ssh.toWhomever().run(THERE, "true", Optional.empty()).end()).isEqualTo(End.REFUSED);
  }

  @ParameterizedTest
  @EnumSource
  void whereNoKeysAreKeptOnlyAQuestionIsAskedOfAnybody(Way way) throws IOException {
    Files.delete(folder.resolve("known_hosts"));
    Ssh ssh = way.to(server, LIMIT);

    assertThat(ssh.run(THERE, "true", Optional.empty()).isUnreached()).isTrue();
    assertThat(ssh.toWhomever().run(THERE, "true", Optional.empty()).isWell()).isTrue();
  }

  @Test
  void theKeyOfMembersLetsInWhoeverMayReadIt() throws IOException {
    Shell.run(folder, "ssh-keygen -q -t ed25519 -N '' -f members_key; cp members_key.pub allowed");
    assertThat(server.library(LIMIT).run(THERE, "true", Optional.empty()).isWell()).isTrue();

    Files.delete(folder.resolve("members_key"));
    assertThat(server.library(LIMIT).run(THERE, "true", Optional.empty()).end())
        .isEqualTo(End.REFUSED);
  }

  @ParameterizedTest
  @EnumSource
  void whoHasNoKeyIsRefused(Way way) throws IOException {
    Files.writeString(folder.resolve("allowed"), "");

    assertThat(way.to(server, LIMIT).run(THERE, "true", Optional.empty()).end())
        .isEqualTo(End.REFUSED);
  }

  @ParameterizedTest
  @EnumSource
  void whereNobodyListensThatIsSaid(Way way) throws IOException {
    Outcome outcome = way.to(server, LIMIT).run(AWAY, "true", Optional.empty());

    assertThat(outcome.end()).isEqualTo(End.REFUSED);
    assertThat(outcome.last()).contains("Connection refused");
  }

  @Test
  void whatASignalEndsHasNoExitStatus() throws IOException {
    assertThat(server.library(LIMIT).run(THERE, "echo a; kill -9 $$", Optional.empty()))
        .isEqualTo(Outcome.failed(End.LOST, List.of("a")));
  }

  /** A key with a passphrase is no use by itself, and is one with an agent that knows it. */
  @Test
  void anAgentsKeysAreTaken() throws IOException {
    Shell.Result agent =
        Shell.run(
            folder,
            """
            set -e
            eval "$(ssh-agent -a agent)" >/dev/null
            echo $SSH_AGENT_PID >agent.pid
            printf '#!/bin/sh\necho a secret\n' >ask
            chmod +x ask
            SSH_ASKPASS=./ask SSH_ASKPASS_REQUIRE=force ssh-add -q .ssh/id_ecdsa </dev/null
            cp .ssh/id_ecdsa.pub allowed
            """);
    assertThat(agent.exit()).as(agent.output()).isZero();
    try {
      assertThat(server.library(LIMIT).run(THERE, "true", Optional.empty()).end())
          .isEqualTo(End.REFUSED);
      assertThat(
              server
                  .library(Optional.of(folder.resolve("agent")), LIMIT)
                  .run(THERE, "echo in", Optional.empty()))
          .isEqualTo(Outcome.exited(0, List.of("in")));
    } finally {
      Shell.run(folder, "kill $(cat agent.pid)");
    }
  }

  @Test
  void manyAtOnceDoNotDisturbEachOther() throws Exception {
    Ssh ssh = server.library(LIMIT);
    ExecutorService workers = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Outcome>> runs =
          IntStream.range(0, 40)
              .<Callable<Outcome>>mapToObj(
                  i -> () -> ssh.run(THERE, "echo " + i + "; exit " + i, Optional.empty()))
              .collect(Collectors.toList());
      List<Future<Outcome>> ended = workers.invokeAll(runs);
      for (int i = 0; i < ended.size(); i++) {
        assertThat(ended.get(i).get()).isEqualTo(Outcome.exited(i, List.of("" + i)));
      }
    } finally {
      workers.shutdownNow();
    }
  }
}
