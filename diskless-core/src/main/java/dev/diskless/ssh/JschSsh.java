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
 * JSch, in this process: one session for each run. It takes the key of members, those that have no
 * passphrase and those of ssh-agent(1), and of {@code config} what JSch knows of ssh_config(5);
 * {@code Include}, {@code Match} and {@code ProxyJump} are not among that.
 */
final class JschSsh implements Ssh {

  private static final String ROOT = "root";

  /** As ssh(1) tries them. */
  private static final List<String> KEYS = List.of("id_rsa", "id_ecdsa", "id_ed25519");

  /** Of this machine, beside those of whoever asks. */
  private static final Path KNOWN = Path.of("/etc/ssh/ssh_known_hosts");

  /** To connect and log in, where there is no limit, in milliseconds. */
  private static final int CONNECT = 15_000;

  /**
   * Between questions whether a silent node is still there, in milliseconds; the third is the last.
   */
  private static final int ALIVE = 15_000;

  /** Between looks whether a command has ended, in milliseconds. JSch tells nobody. */
  private static final int LOOK = 10;

  private final Path folder;
  private final Optional<Path> agent;
  private final Duration limit;
  private final KeptKeys keys;
  private final boolean anyKey;

  /**
   * @param agent the socket of an ssh-agent(1)
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
    ByteArrayOutputStream said = new ByteArrayOutputStream();
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
      while (!channel.isClosed()) {
        if (deadline.isOver()) {
          return Outcome.failed(End.TOO_LATE, lines(said));
        }
        Thread.sleep(LOOK);
      }
      int code = channel.getExitStatus();
      return code < 0 ? Outcome.failed(End.LOST, lines(said)) : Outcome.exited(code, lines(said));
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

  private static List<String> lines(ByteArrayOutputStream said) {
    return said.toString(UTF_8).lines().toList();
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
    // What follows is not the configuration's to change.
    session.setHostKeyRepository(jsch.getHostKeyRepository());
    session.setConfig("StrictHostKeyChecking", strict ? "yes" : "no");
    session.setConfig("PreferredAuthentications", "publickey");
    session.setServerAliveInterval(ALIVE);
    session.setServerAliveCountMax(3);
    session.setDaemonThread(true);
    return session;
  }

  /** As a stream they are never written. */
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
    // First, for a server lets nobody try many keys.
    if (Files.isReadable(keys.members())) {
      jsch.addIdentity(keys.members().toString());
    }
    for (Identity identity : ofAgent()) {
      jsch.addIdentity(identity, null);
    }
    for (String name : KEYS) {
      Path key = folder.resolve(name);
      // A key with a passphrase is the agent's business, for nobody is asked here.
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

  /** When a run must be over. */
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

    /** What is left, in milliseconds; at least one, for JSch has nothing mean for ever. */
    int orElse(int without) {
      return none
          ? without
          : (int) Math.max(1, Math.min(Integer.MAX_VALUE, (end - System.nanoTime()) / 1_000_000));
    }
  }
}
