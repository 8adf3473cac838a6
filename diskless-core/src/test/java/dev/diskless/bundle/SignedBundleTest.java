package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.archive.Compression;
import dev.diskless.host.Progress;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles signed by the real ssh-keygen, and verified with GNU tar, sed and ssh-keygen. */
@RequiresProgram("ssh-keygen")
class SignedBundleTest {

  private static final String VERIFY =
      """
      set -e
      tar -xOf %s META-INF/diskless/signature > entry
      sed '/^-----BEGIN SSH SIGNATURE-----$/,$d' entry > text
      sed -n '/^-----BEGIN SSH SIGNATURE-----$/,$p' entry > text.sig
      ssh-keygen -Y verify -f allowed_signers -I admin -n diskless-bundle -s text.sig < text
      """;

  /** Makes ssh-keygen fail where it would ask on the terminal of the user who runs this test. */
  private static final Map<String, String> NO_PASSPHRASE =
      Map.of("SSH_ASKPASS", "/bin/false", "SSH_ASKPASS_REQUIRE", "force", "SSH_AUTH_SOCK", "");

  @TempDir private Path folder;

  @BeforeEach
  void makeKeys() throws IOException {
    Shell.check(
        folder,
        "for key in first second; do ssh-keygen -q -t ed25519 -N '' -C $key -f $key; done;"
            + " echo \"admin $(cat first.pub)\" > allowed_signers");
  }

  @Test
  void sshKeygenAcceptsTheSignature() throws IOException {
    for (String name : List.of("b.tar.zst", "b.tar.gz")) {
      BundleSummary signed = write(name, signer("first", 7));

      Shell.Result verified = Shell.run(folder, VERIFY.formatted(name));
      assertThat(verified.output()).contains("Good \"diskless-bundle\" signature for admin");
      assertThat(verified.exit()).isZero();
      Shell.check(folder, "tar -xf %s META-INF".formatted(name));
      assertThat(folder.resolve("text"))
          .hasContent(
              """
              diskless-bundle 2
              cluster lab
              version 1.0
              serial 7
              content %d %s
              %s  META-INF/diskless/manifest
              %s  META-INF/diskless/verify
              """
                  .formatted(
                      signed.content().size(),
                      signed.content().digest(),
                      sha256("META-INF/diskless/manifest"),
                      sha256("META-INF/diskless/verify")));
      Shell.check(
          folder,
          "sed 1,5d text | sha256sum -c && set -- $(sed -n 's/^content //p' text) && echo \"$2  -\" >sum && head -c $1 %s | sha256sum -c sum"
                  .formatted(name)
              + "");
    }
  }

  @Test
  void anotherKeyIsNotAccepted() throws IOException {
    write("b.tar.zst", signer("second", 7));

    assertThat(Shell.run(folder, VERIFY.formatted("b.tar.zst")).exit()).isNotZero();
  }

  @Test
  void aSignatureChangesOnlyTheLastFrame() throws IOException {
    for (String name : List.of("b.tar.zst", "b.tar.gz")) {
      BundleSummary plain = write(name, Optional.empty());
      byte[] unsigned = Files.readAllBytes(folder.resolve(name));
      BundleSummary signed = write(name, signer("first", 7));
      byte[] bytes = Files.readAllBytes(folder.resolve(name));

      assertThat(signed.content()).isEqualTo(plain.content());
      int size = (int) signed.content().size();
      assertThat(Arrays.copyOf(bytes, size)).isEqualTo(Arrays.copyOf(unsigned, size));
      assertThat(Digest.of(Arrays.copyOf(bytes, size)).hex())
          .isEqualTo(signed.content().digest().hex());
      assertThat(bytes.length).isGreaterThan(unsigned.length);
      assertThat(sha256(name)).isEqualTo(signed.digest().hex());
      assertThat(signed.entries()).isEqualTo(plain.entries() + 1);
    }
  }

  @Test
  void theSameKeyAndSerialGiveTheSameBytes() throws IOException {
    assertThat(write("one.tar.zst", signer("first", 7)).digest())
        .isEqualTo(write("two.tar.zst", signer("first", 7)).digest());
  }

  @Test
  void gnuTarListsTheSignatureLastAndWarnsOfNothing() throws IOException {
    for (String name : List.of("b.tar.zst", "b.tar.gz")) {
      write(name, signer("first", 7));

      Shell.Result listed = Shell.run(folder, "tar --quoting-style=literal -tf " + name);
      assertThat(listed.output())
          .endsWith("META-INF/diskless/manifest\nMETA-INF/diskless/signature\n")
          .doesNotContain("tar:");
      assertThat(Shell.run(folder, "tar -tvf %s | tail -n 1".formatted(name)).output())
          .startsWith("-rw-r--r-- 0/0 ");
      assertThat(Shell.run(folder, "mkdir t-%s && tar -xf %1$s -C t-%1$s".formatted(name)))
          .isEqualTo(new Shell.Result(0, ""));
    }
  }

  @Test
  void theLastFrameHasNothingButTheSignature() throws IOException {
    for (String name : List.of("b.tar.zst", "b.tar.gz")) {
      String decompress = name.endsWith("gz") ? "gzip -dc" : "zstd -dc";
      BundleSummary signed = write(name, signer("first", 7));
      String tail = "tail -c +%d %s | %s".formatted(signed.content().size() + 1, name, decompress);
      assertThat(Shell.run(folder, tail + " | tar -t").output())
          .isEqualTo("META-INF/diskless/signature\n");

      BundleSummary plain = write(name, Optional.empty());
      tail = "tail -c +%d %s | %s".formatted(plain.content().size() + 1, name, decompress);
      assertThat(Shell.run(folder, tail + " | od -An -v -tx1 | tr -d ' \\n'").output())
          .isEqualTo("00".repeat(1024));
    }
  }

  @Test
  void theJavaReaderFindsManifestAndSignature() throws IOException {
    for (String name : List.of("b.tar.zst", "b.tar.gz")) {
      BundleSummary signed = write(name, signer("first", 7));

      assertThat(BundleReader.meta(folder.resolve(name)))
          .containsKeys("manifest", "signature", "bundle.json");
      BundleSignature read =
          LastFrame.signature(folder.resolve(name), signed.content(), compression(name))
              .orElseThrow();
      assertThat(read.serial()).isEqualTo(7);
      assertThat(read.fingerprint())
          .isEqualTo(Shell.run(folder, "ssh-keygen -lf first | cut -d ' ' -f 2").output().strip());
    }
  }

  @Test
  void theLastFrameCanBeReplaced() throws IOException {
    for (String name : List.of("b.tar.zst", "b.tar.gz")) {
      Path bundle = folder.resolve(name);
      BundleSummary plain = write(name, Optional.empty());
      write("signed." + name, signer("first", 7));
      write(name, Optional.empty());

      assertThat(replace(bundle, plain.content(), signer("first", 7))).isPresent();
      assertThat(bundle).hasSameBinaryContentAs(folder.resolve("signed." + name));
      assertThat(replace(bundle, plain.content(), signer("second", 8)).orElseThrow().digest().hex())
          .isEqualTo(sha256(name));
      assertThat(Shell.run(folder, VERIFY.formatted(name)).exit()).isNotZero();
      assertThat(replace(bundle, plain.content(), Optional.empty()).orElseThrow().digest())
          .isEqualTo(plain.digest());
      assertThat(sha256(name)).isEqualTo(plain.digest().hex());
    }
  }

  @Test
  void theOldFileTakesNoSpaceAfterItsLastFrameWasReplaced() throws IOException {
    BundleSummary plain = write("b.tar.zst", Optional.empty());
    Path bundle = folder.resolve("b.tar.zst");
    replace(bundle, plain.content(), signer("first", 7));

    assertThat(Shell.run(folder, "stat -c %h b.tar.zst").output().strip()).isEqualTo("2");
    // The packed image is still whole: it gives the same bundle.
    write("again.tar.zst", signer("first", 7));
    assertThat(folder.resolve("again.tar.zst")).hasSameBinaryContentAs(bundle);
  }

  @Test
  void aFileWithAnotherContentIsLeftAlone() throws IOException {
    BundleSummary plain = write("b.tar.zst", Optional.empty());
    Path bundle = folder.resolve("b.tar.zst");
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[100] ^= 1;
    // A new file, because the cache of packed images links to the old one.
    Files.delete(bundle);
    Files.write(bundle, bytes);

    assertThat(replace(bundle, plain.content(), signer("first", 7))).isEmpty();
    assertThat(bundle).hasBinaryContent(bytes);
    assertThat(folder.resolve("b.tar.zst.partial")).doesNotExist();
  }

  @Test
  void aKeyInTheAgentSigns() throws IOException {
    Path socket = folder.resolve("agent");
    Shell.check(
        folder,
        "ssh-agent -a %s > agent.sh && . ./agent.sh >/dev/null && ssh-add -q first && mv first gone"
            .formatted(socket));
    try {
      SshKey key =
          new SshKey(
              folder.resolve("first.pub"),
              "ssh-keygen",
              Map.of("SSH_AUTH_SOCK", socket.toString()),
              Progress.SILENT);
      BundleSummary signed =
          write("b.tar.zst", Optional.of(new BundleSigner(key, OptionalLong.of(7))));

      assertThat(Shell.run(folder, VERIFY.formatted("b.tar.zst")).exit()).isZero();
      assertThat(key.isSignerOf(signed.signature().orElseThrow())).isTrue();
    } finally {
      Shell.check(folder, ". ./agent.sh >/dev/null && kill $SSH_AGENT_PID");
    }
  }

  @Test
  void anEncryptedKeyInTheAgentSigns() throws IOException {
    Path socket = folder.resolve("agent");
    Shell.check(
        folder,
        "ssh-agent -a %s > agent.sh && . ./agent.sh >/dev/null && ssh-add -q first && ssh-keygen -q -p -P '' -N secret -f first"
            .formatted(socket));
    try {
      SshKey key =
          new SshKey(
              folder.resolve("first"),
              "ssh-keygen",
              Map.of("SSH_AUTH_SOCK", socket.toString()),
              Progress.SILENT);
      write("b.tar.zst", Optional.of(new BundleSigner(key, OptionalLong.of(7))));

      assertThat(Shell.run(folder, VERIFY.formatted("b.tar.zst")).exit()).isZero();
    } finally {
      Shell.check(folder, ". ./agent.sh >/dev/null && kill $SSH_AGENT_PID");
    }
  }

  @Test
  void aCertifiedKeySigns() throws IOException {
    Shell.check(
        folder,
        "ssh-keygen -q -t ed25519 -N '' -f ca && ssh-keygen -q -s ca -I first -n admin first.pub;"
            + " cp first first-cert; echo \"admin cert-authority $(cat ca.pub)\" > allowed_signers");
    SshKey key = key("first-cert.pub");
    BundleSummary signed =
        write("b.tar.zst", Optional.of(new BundleSigner(key, OptionalLong.of(7))));

    assertThat(Shell.run(folder, VERIFY.formatted("b.tar.zst")).output()).contains("Good");
    assertThat(key.isSignerOf(signed.signature().orElseThrow())).isTrue();
    assertThat(key("first").isSignerOf(signed.signature().orElseThrow())).isFalse();
  }

  @Test
  void theSerialIsTheTimeByDefault() throws IOException {
    long before = System.currentTimeMillis() / 1000;
    BundleSummary signed =
        write("b.tar.zst", Optional.of(new BundleSigner(key("first"), OptionalLong.empty())));

    assertThat(signed.signature().orElseThrow().serial())
        .isBetween(before, System.currentTimeMillis() / 1000);
  }

  @Test
  void aBundleNeedsAnotherSignatureOnlyForAnotherKeyOrSerial() throws IOException {
    BundleSignature made = write("b.tar.zst", signer("first", 7)).signature().orElseThrow();

    assertThat(signer("first", 7).orElseThrow().hasMade(made)).isTrue();
    assertThat(new BundleSigner(key("first"), OptionalLong.empty()).hasMade(made)).isTrue();
    assertThat(new BundleSigner(key("first.pub"), OptionalLong.empty()).hasMade(made)).isTrue();
    assertThat(signer("first", 8).orElseThrow().hasMade(made)).isFalse();
    assertThat(signer("second", 7).orElseThrow().hasMade(made)).isFalse();
  }

  @Test
  void aLineIsPrintedBeforeSshKeygenMayWait() throws IOException {
    List<String> lines = new ArrayList<>();
    SshKey key = new SshKey(folder.resolve("first"), "ssh-keygen", NO_PASSPHRASE, lines::add);
    key.sign("text".getBytes(UTF_8));

    assertThat(lines)
        .containsExactly(
            "waiting for ssh-keygen to sign with %s ...".formatted(folder.resolve("first")));
  }

  @Test
  void aFailedSignatureLeavesTheOldBundleAndNothingElse() throws IOException {
    Path bundle = folder.resolve("b.tar.zst");
    BundleSummary plain = write("b.tar.zst", Optional.empty());
    byte[] before = Files.readAllBytes(bundle);
    Shell.check(folder, "ssh-keygen -q -p -P '' -N secret -f first");
    Optional<BundleSigner> locked = signer("first", 7);

    assertThatThrownBy(() -> write("b.tar.zst", locked)).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> replace(bundle, plain.content(), locked))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("diskless.sign.key: ssh-keygen cannot sign with " + folder)
        .hasMessageContaining("incorrect passphrase")
        .hasMessageContaining("run ssh-add ");
    assertThat(bundle).hasBinaryContent(before);
    assertThat(folder)
        .isDirectoryNotContaining("glob:**.partial")
        .isDirectoryNotContaining("glob:**.manifest");
  }

  @Test
  void aKeyThatCannotBeUsedIsAProblem() throws IOException {
    Shell.check(folder, "cp first open; chmod 644 open; echo x > text; cp first.pub lone.pub");
    Files.createDirectory(folder.resolve("folder"));

    assertProblem("missing", "missing does not exist", "ssh-keygen -t ed25519");
    assertProblem("~/key", "~/key does not exist", "write $HOME instead of ~");
    assertProblem("folder", "folder is a directory", "without diskless.sign.key");
    assertProblem("text", "text is not an SSH key: ", "ssh-keygen -t ed25519");
    assertProblem("open", "Permissions 0644 for ", "run chmod 600 " + folder.resolve("open"));
    assertProblem("lone.pub", "No private key found for public key", "ssh-add");
  }

  private void assertProblem(String file, String what, String remedy) {
    assertThatThrownBy(() -> key(file).sign(new byte[0]))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith("diskless.sign.key: ")
        .hasMessageContaining(what)
        .hasMessageContaining(remedy);
  }

  @Test
  void anSshKeygenThatIsMissingOrTooOldIsAProblem() throws IOException {
    Path old =
        Files.writeString(
            folder.resolve("old"), "#!/bin/sh\necho 'unknown option -- Y' >&2\nexit 1\n");
    assertThat(old.toFile().setExecutable(true)).isTrue();
    for (String program : List.of("/no/ssh-keygen", old.toString())) {
      assertThatThrownBy(
              () -> new SshKey(folder.resolve("first"), program, Map.of(), Progress.SILENT))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining(program)
          .hasMessageContaining("; install OpenSSH 8.1 or newer");
    }
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    Path slow =
        Files.writeString(
            folder.resolve("slow"),
            """
            #!/bin/sh
            case $* in
              -Y*-n*) touch started; exec sleep 60 ;;
              *) exec ssh-keygen "$@" ;;
            esac
            """
                .replace("started", folder.resolve("started").toString()));
    assertThat(slow.toFile().setExecutable(true)).isTrue();
    SshKey key =
        new SshKey(folder.resolve("first"), slow.toString(), NO_PASSPHRASE, Progress.SILENT);
    List<Throwable> thrown = new ArrayList<>();
    Thread signing =
        new Thread(
            () -> {
              try {
                key.sign(new byte[0]);
              } catch (IOException | RuntimeException e) {
                thrown.add(e);
              }
            });
    signing.start();
    while (!Files.exists(folder.resolve("started"))) {
      Thread.sleep(10);
    }
    signing.interrupt();
    signing.join(10_000);

    assertThat(signing.isAlive()).isFalse();
    assertThat(thrown).singleElement().isInstanceOf(InterruptedIOException.class);
  }

  @Test
  void whatIsNotASignatureIsNotRead() throws IOException {
    String entry =
        new String(write("b.tar.zst", signer("first", 7)).signature().orElseThrow().entry(), UTF_8);

    assertThat(BundleSignature.parse(entry.getBytes(UTF_8))).isPresent();
    for (String damaged :
        List.of(
            "",
            entry.replace("diskless-bundle 2", "diskless-bundle 1"),
            entry.substring(0, entry.length() / 2),
            entry.replace("serial 7", "serial x"),
            entry.replace("U1NIU0lH", "U1NIU0lI"),
            entry.replaceFirst("(?s)(BEGIN SSH SIGNATURE-----\n.{20}).*?(-----END)", "$1\n$2"))) {
      assertThat(BundleSignature.parse(damaged.getBytes(UTF_8))).as(damaged).isEmpty();
    }
  }

  private Optional<BundleSigner> signer(String key, long serial) throws IOException {
    return Optional.of(new BundleSigner(key(key), OptionalLong.of(serial)));
  }

  private SshKey key(String name) throws IOException {
    return new SshKey(folder.resolve(name), "ssh-keygen", NO_PASSPHRASE, Progress.SILENT);
  }

  private static Compression compression(String name) {
    return name.endsWith("gz") ? Compression.GZIP : Compression.ZSTD;
  }

  private BundleSummary write(String name, Optional<BundleSigner> signer) throws IOException {
    return BundleWriter.write(
        folder.resolve(name),
        folder.resolve("packed"),
        new SampleBundle(),
        compression(name),
        SampleBundle.TIMESTAMP,
        "0.0-test",
        signer,
        Progress.SILENT);
  }

  private Optional<LastFrame.Replaced> replace(
      Path bundle, BundleContent content, Optional<BundleSigner> signer) throws IOException {
    return LastFrame.replace(
        bundle,
        folder.resolve("packed"),
        content,
        new SampleBundle().cluster(),
        compression(bundle.toString()),
        SampleBundle.TIMESTAMP,
        signer);
  }

  private String sha256(String file) throws IOException {
    return Shell.run(folder, "sha256sum " + file).output().split(" ")[0];
  }
}
