package dev.diskless.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.KeyPair;
import com.jcraft.jsch.OpenSSHConfig;
import com.jcraft.jsch.SSHAgentConnector;
import com.jcraft.jsch.Session;
import dev.diskless.ssh.Outcome.End;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * SSH connections through the library JSch, with one session for each run. It uses the key of
 * members, keys without a passphrase, and keys of ssh-agent(1). It supports the part of
 * ssh_config(5) that JSch supports, without {@code Include}, {@code Match} and {@code ProxyJump}.
 */
final class JschSsh implements Ssh {

  private static final String ROOT = "root";

  /** Names of key files, in the order of ssh(1). */
  private static final List<String> KEYS = List.of("id_rsa", "id_ecdsa", "id_ed25519");

  /** Host keys that the administrator of this machine trusts, in addition to those of the user. */
  private static final Path KNOWN = Path.of("/etc/ssh/ssh_known_hosts");

  /** Time limit for connection and login, in milliseconds, if the run has no limit. */
  private static final int CONNECT = 15_000;

  /**
   * Interval of keep-alive messages, in milliseconds. The connection ends after the third message
   * without an answer.
   */
  private static final int ALIVE = 15_000;

  /**
   * Interval of checks whether a command has ended, in milliseconds. JSch has no event for the end.
   */
  private static final int LOOK = 10;

  private final Path folder;
  private final Optional<Path> agent;
  private final Duration limit;
  private final KeptKeys keys;
  private final boolean anyKey;

  /**
   * Creates a connection without opening it.
   *
   * @param folder folder with keys and configuration of the user
   * @param agent socket of an ssh-agent(1)
   * @param limit time limit for one run; zero for no limit
   * @param keys keys that the master keeps
   * @param anyKey whether to accept any host key if the master keeps none
   */
  JschSsh(Path folder, Optional<Path> agent, Duration limit, KeptKeys keys, boolean anyKey) {
    this.folder = folder;
    this.agent = agent;
    this.limit = limit;
    this.keys = keys;
    this.anyKey = anyKey;
  }

  @Override
  public Ssh toWhomever() {
    return new JschSsh(folder, agent, limit, keys, true);
  }

  @Override
  public Outcome run(String address, String line, Optional<Path> input) throws IOException {
    Deadline deadline = new Deadline(limit);
    LimitedOutput said = new LimitedOutput();
    Session session = null;
    try (InputStream in =
        input.isPresent() ? Files.newInputStream(input.get()) : InputStream.nullInputStream()) {
      session = session(address);
      session.connect(deadline.orElse(CONNECT));
      ChannelExec channel = (ChannelExec) session.openChannel("exec");
      channel.setCommand(line.getBytes(UTF_8));
      channel.setInputStream(in);
      channel.setOutputStream(said, true);
      channel.setErrStream(said, true);
      channel.connect(deadline.orElse(CONNECT));
      while (!channel.isClosed() && !said.isExceeded()) {
        if (deadline.isOver()) {
          return Outcome.failed(End.TOO_LATE, said.lines());
        }
        Thread.sleep(LOOK);
      }
      if (said.isExceeded()) {
        return Outcome.failed(End.TOO_MUCH, said.lines());
      }
      int code = channel.getExitStatus();
      return code < 0 ? Outcome.failed(End.LOST, said.lines()) : Outcome.exited(code, said.lines());
    } catch (JSchException e) {
      return failure(e, deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + address + " was at work");
    } finally {
      if (session != null) {
        session.disconnect();
      }
    }
  }

  private static Outcome failure(JSchException e, Deadline deadline) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String why = String.valueOf(root.getMessage());
    if (e instanceof JSchHostKeyException) {
      return Outcome.failed(End.REFUSED, List.of("its host key is not the one that is known"));
    } else if (why.startsWith("Auth fail") || why.startsWith("USERAUTH fail")) {
      return Outcome.failed(End.REFUSED, List.of("it does not let root in with these keys"));
    } else if (root instanceof ConnectException && why.contains("refused")) {
      return Outcome.failed(End.REFUSED, List.of(why));
    } else if (deadline.isOver()) {
      return Outcome.failed(End.TOO_LATE, List.of());
    }
    return Outcome.failed(End.UNREACHED, List.of(why));
  }

  private Session session(String address) throws JSchException, IOException {
    JSch jsch = new JSch();
    addKeys(jsch);
    Path config = folder.resolve("config");
    if (Files.isReadable(config)) {
      jsch.setConfigRepository(OpenSSHConfig.parseFile(config.toString()));
    }
    boolean strict = keys.areHostsKept() || !anyKey;
    if (strict) {
      jsch.setKnownHosts(new ByteArrayInputStream(known()));
    }
    Session session = jsch.getSession(ROOT, address);
    // The configuration file must not change these settings.
    session.setHostKeyRepository(jsch.getHostKeyRepository());
    session.setConfig("StrictHostKeyChecking", strict ? "yes" : "no");
    session.setConfig("PreferredAuthentications", "publickey");
    session.setServerAliveInterval(ALIVE);
    session.setServerAliveCountMax(3);
    session.setDaemonThread(true);
    return session;
  }

  /** Returns the known host keys as a stream, because JSch then never writes them. */
  private byte[] known() throws IOException {
    List<Path> files =
        keys.areHostsKept() ? List.of(keys.hosts()) : List.of(folder.resolve("known_hosts"), KNOWN);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (Path file : files) {
      if (Files.isReadable(file)) {
        text.write(Files.readAllBytes(file));
        text.write('\n');
      }
    }
    return text.toByteArray();
  }

  private void addKeys(JSch jsch) throws JSchException {
    // The key of members is first, because a server limits the number of keys that a client may
    // try.
    if (Files.isReadable(keys.members())) {
      jsch.addIdentity(keys.members().toString());
    }
    for (Identity identity : ofAgent()) {
      jsch.addIdentity(identity, null);
    }
    for (String name : KEYS) {
      Path key = folder.resolve(name);
      // Only the agent can use a key with a passphrase, because no terminal is available.
      if (Files.isReadable(key) && !KeyPair.load(jsch, key.toString()).isEncrypted()) {
        jsch.addIdentity(key.toString());
      }
    }
  }

  private List<Identity> ofAgent() {
    if (agent.isEmpty()) {
      return List.of();
    }
    try {
      return new AgentIdentityRepository(new SSHAgentConnector(agent.get())).getIdentities();
    } catch (AgentProxyException noAgent) {
      return List.of();
    }
  }

  /** End of the time limit of a run. */
  private static final class Deadline {

    private final boolean none;
    private final long end;

    Deadline(Duration limit) {
      none = limit.isZero();
      end = System.nanoTime() + limit.toNanos();
    }

    boolean isOver() {
      return !none && System.nanoTime() - end >= 0;
    }

    /**
     * Returns the remaining time in milliseconds. It is at least 1, because JSch reads 0 as no
     * limit.
     */
    int orElse(int without) {
      return none
          ? without
          : (int) Math.max(1, Math.min(Integer.MAX_VALUE, (end - System.nanoTime()) / 1_000_000));
    }
  }
}
