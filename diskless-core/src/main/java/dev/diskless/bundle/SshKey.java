package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.host.Command;
import dev.diskless.host.Progress;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An SSH key that ssh-keygen(1) signs with. The plugin never reads the private key: ssh-keygen
 * does, or asks the ssh-agent.
 */
public final class SshKey {

  /** Empty standard input. */
  private static final Path NOTHING = Path.of("/dev/null");

  /** Namespace of signatures of bundles: the key may also sign other things (ssh-keygen(1)). */
  private static final String NAMESPACE = "diskless-bundle";

  private static final String PARAMETER = "diskless.sign.key";

  /** More than any public key file has, in bytes. */
  private static final int MAX_PUBLIC = 1 << 16;

  /** sshd(8), "AUTHORIZED_KEYS FILE FORMAT", without options. */
  private static final Pattern PUBLIC_KEY =
      Pattern.compile("(?:ssh|ecdsa|sk)-\\S+ ([A-Za-z0-9+/]+={0,2})(?: .*)?");

  /** Bits, fingerprint, comment and type, as {@code ssh-keygen -l} prints them. */
  private static final Pattern LISTED = Pattern.compile("\\d+ (SHA256:\\S+) .*\\((\\S+)\\)");

  private final Path file;
  private final String program;
  private final Map<String, String> environment;
  private final Progress progress;
  private final String description;
  private final String signerFingerprint;
  private final boolean isOnSecurityKey;

  /**
   * Finds a key.
   *
   * @param file a private key, or the public key of a private key that the ssh-agent has
   * @param progress receives one line before ssh-keygen signs, because ssh-keygen may wait for a
   *     person
   * @throws ProblemException if ssh-keygen is missing or cannot sign, or the file is not a key
   */
  public static SshKey at(Path file, Progress progress) throws IOException {
    return new SshKey(file, "ssh-keygen", Map.of(), progress);
  }

  SshKey(Path file, String program, Map<String, String> environment, Progress progress)
      throws IOException {
    this.file = file;
    this.program = program;
    this.environment = environment;
    this.progress = progress;
    checkFile();
    checkProgram();
    StringWriter listed = new StringWriter();
    Command.Result result = run(NOTHING, listed, "-l", "-E", "sha256", "-f", file.toString());
    Matcher found = LISTED.matcher(listed.toString().lines().findFirst().orElse(""));
    if (result.code() != 0 || !found.matches()) {
      throw problem(
          file + " is not an SSH key: " + words(result),
          "create a key with ssh-keygen -t ed25519 -f FILE");
    }
    String fingerprint = found.group(1);
    this.description = fingerprint + " (" + found.group(2) + ")";
    this.isOnSecurityKey = found.group(2).contains("-SK");
    // A certificate has the fingerprint of its key, but a signature contains the certificate.
    this.signerFingerprint = publicKey().map(BundleSignature::fingerprint).orElse(fingerprint);
  }

  private void checkFile() {
    if (!Files.exists(file)) {
      throw problem(
          file + " does not exist",
          file.toString().contains("~/")
              ? "write $HOME instead of ~"
              : "create a key with ssh-keygen -t ed25519 -f FILE, or correct " + PARAMETER);
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw problem(
          file + (Files.isDirectory(file) ? " is a directory" : " cannot be read by this user"),
          "name the file of a private key, or the .pub file of a key in the ssh-agent; without "
              + PARAMETER
              + " the bundle is not signed");
    }
  }

  private void checkProgram() throws IOException {
    Command.Result result = run(NOTHING, new StringWriter(), "-Y", "sign");
    // Without a namespace nothing is signed. A version that can sign asks for the namespace.
    if (!words(result).contains("namespace")) {
      throw problem(
          program + " cannot sign files: " + words(result), "install OpenSSH 8.1 or newer");
    }
  }

  /** Returns the public key if the file is a public key. */
  private Optional<byte[]> publicKey() throws IOException {
    if (!isPublic()) {
      return Optional.empty();
    }
    String start;
    try (InputStream in = Files.newInputStream(file)) {
      start = new String(in.readNBytes(MAX_PUBLIC), ISO_8859_1);
    }
    Matcher found = PUBLIC_KEY.matcher(start.lines().findFirst().orElse(""));
    return found.matches()
        ? Optional.of(Base64.getDecoder().decode(found.group(1)))
        : Optional.empty();
  }

  private boolean isPublic() {
    return file.toString().endsWith(".pub");
  }

  /** Returns whether a signature was made by this key. The signature is not verified. */
  boolean isSignerOf(BundleSignature signature) {
    return signature.fingerprint().equals(signerFingerprint);
  }

  /**
   * Signs a text. May take as long as a person needs to type a passphrase or to touch a security
   * key.
   *
   * @return the signature in its armored form
   * @throws ProblemException with the words of ssh-keygen, if ssh-keygen does not sign
   */
  byte[] sign(byte[] text) throws IOException {
    progress.say(
        "waiting for ssh-keygen to sign with %s%s ..."
            .formatted(file, isOnSecurityKey ? " (touch the security key)" : ""));
    StringWriter signature = new StringWriter();
    Command.Result result;
    Path input = Files.createTempFile("diskless-signed", "");
    try {
      Files.write(input, text);
      result = run(input, signature, "-Y", "sign", "-n", NAMESPACE, "-f", file.toString());
    } finally {
      Files.delete(input);
    }
    if (result.code() != 0) {
      throw problem("ssh-keygen cannot sign with " + file + ": " + words(result), remedy(result));
    }
    return signature.toString().getBytes(ISO_8859_1);
  }

  private String remedy(Command.Result result) {
    String words = words(result);
    if (words.contains("too open")) {
      return "run chmod 600 " + file;
    }
    if (words.contains("passphrase")) {
      return "run ssh-add %s in a shell with an ssh-agent and start Maven there".formatted(file);
    }
    if (isPublic()) {
      return "add the private key to the ssh-agent with ssh-add, and start Maven where"
          + " SSH_AUTH_SOCK is set";
    }
    return "try it with ssh-keygen -Y sign -n test -f " + file;
  }

  private Command.Result run(Path input, Writer output, String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of(program));
    words.addAll(List.of(options));
    Command command = Command.of(words).reading(input);
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      command = command.with(variable.getKey(), variable.getValue());
    }
    try {
      return command.read(ISO_8859_1, printed -> printed.transferTo(output));
    } catch (Command.CannotStart e) {
      throw problem(
          "cannot run " + program + ": " + e.getMessage(),
          "install OpenSSH 8.1 or newer, on Debian the package openssh-client");
    }
  }

  /** Joins what a program printed to standard error, without frames of {@code @}. */
  private static String words(Command.Result result) {
    return result.lines().stream()
        .map(l -> l.replaceAll("@+", "").strip())
        .map(l -> l.replace("Signing data on standard input", ""))
        .filter(l -> !l.isEmpty())
        .collect(Collectors.joining(" "));
  }

  private static ProblemException problem(String what, String remedy) {
    return new ProblemException(PARAMETER + ": " + what, remedy);
  }

  /** The fingerprint and the type of the key. */
  @Override
  public String toString() {
    return description;
  }
}
