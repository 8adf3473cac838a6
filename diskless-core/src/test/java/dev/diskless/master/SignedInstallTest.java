package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.problem.ProblemException;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A master with allowed_signers, whose release 1.0 has serial number 100. Bundles of 2.0 come from
 * those who do not have the key, or do not have it any more.
 */
@RequiresRoot("restoring owners")
@RequiresProgram({"ssh-keygen", "python3"})
class SignedInstallTest {

  /** The commands of docs/bundle.md for a first installation, except that / is root/ here. */
  private static final String FIRST =
      """
      root=$PWD/root
      bundle=$PWD/h.tar.zst; cd "$(mktemp -d -p .)"
      for file in signature verify; do zstd -dc "$bundle" | tar -xO META-INF/diskless/$file >$file; done
      sed '/^-----BEGIN/,$d' signature >text
      sed -n '/^-----BEGIN/,$p' signature >text.sig
      ssh-keygen -Y verify -f "$root"/etc/diskless/allowed_signers -I admin -n diskless-bundle -s text.sig <text &&
      sed -n 's,META-INF/diskless/verify$,verify,p' text | sha256sum --check --strict &&
      python3 verify "$bundle" --destdir "$root"
      """;

  @TempDir private static Path prepared;
  private static String before;

  @TempDir private Path folder;
  private final List<String> said = new ArrayList<>();

  @BeforeAll
  static void installTheOldRelease() throws IOException {
    try (InputStream in = SignedInstallTest.class.getResourceAsStream("bundles.py")) {
      Files.write(prepared.resolve("bundles.py"), in.readAllBytes());
    }
    for (String version : List.of("1.0", "2.0")) {
      Versions.script(Versions.write(prepared, version, Clusters.lab(), List.of()));
      Shell.check(prepared, "mv install install-" + version);
    }
    Shell.check(
        prepared,
        """
        set -e
        mkdir -p root/etc/diskless elsewhere
        for key in good other revoked expired; do ssh-keygen -q -t ed25519 -N '' -C $key -f $key; done
        {
            echo "admin $(cat good.pub)"
            echo "gone $(cat revoked.pub)"
            echo "former valid-before=\\"20200101\\" $(cat expired.pub)"
        } >root/etc/diskless/allowed_signers
        ssh-keygen -q -k -f root/etc/diskless/revoked_signers revoked.pub
        python3 bundles.py 1.0.tar.zst s1.tar.zst 'b.sign("good", version="1.0", serial=100)'
        python3 bundles.py 2.0.tar.zst s2.tar.zst 'b.sign("good")'
        zstd -dcq s2.tar.zst | tar -xO META-INF/diskless/verify >verify
        python3 verify s1.tar.zst --destdir root
        """);
    before = Versions.snapshot(prepared.resolve("root"));
  }

  @BeforeEach
  void copy() throws IOException {
    Shell.check(folder, "cp -a '" + prepared + "/.' .");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = " ==> ",
      quoteCharacter = '`',
      value = {
        "not signed ==> pass ==> is not signed, and",
        "signed by another key ==> b.sign('other') ==> is not signed by a key that",
        "signed by a revoked key ==> b.sign('revoked') ==> is not signed by a key that",
        "signed by an expired key ==> b.sign('expired') ==> is not signed by a key that",
        "signed as something else ==> b.sign('good', namespace='file') ==> is not signed by a key that",
        "signed for another cluster ==> b.sign('good', cluster='other') ==> is signed for the cluster other",
        "signed as another version ==> b.sign('good', version='2.1') ==> is signed as version 2.1",
        "older than what is installed ==> b.sign('good', serial=99) ==> has serial 99, and a bundle with serial 100",
        "with the signature of another bundle ==> b.frames[-1] = Bundle('s1.tar.zst').frames[-1] ==> is signed as version 1.0",
        "with a signature that is text ==> b.frames[-1] = entry(META + 'signature', b'serial 300\\n') + CUT ==> the signature of the bundle is damaged",
        "a changed manifest ==> b.sign('good'); b.change(META + 'manifest', b.content(META + 'manifest') + b'# more\\n') ==> is for another manifest",
        "a changed verifier ==> b.sign('good'); b.mark('verify'); b.relist(META + 'verify') ==> is for another",
        "a changed file ==> b.sign('good'); b.change('images/golden/opt/added', b'ADD') ==> does not match its manifest",
        "a changed file of the host ==> b.sign('good'); b.change('master/etc/default/tftpd-hpa', b'evil') ==> does not match its manifest",
        "a changed program ==> b.sign('good'); b.mark('install') ==> META-INF/diskless/install is not what its manifest says",
        "a changed program and manifest ==> b.sign('good'); b.mark('install'); b.relist(META + 'install') ==> is for another manifest",
        "a changed list ==> b.sign('good'); b.change(META + 'trees', b'evil\\t192.168.45.9\\tfull\\tgolden\\tcompute\\n') ==> META-INF/diskless/trees is not what its manifest says",
        "a second manifest in the frame of an image ==> b.sign('good'); b.frames[1] += entry(META + 'manifest', b'evil') ==> META-INF/diskless/manifest is in the frame of",
        "a file of the host in the frame of an image ==> b.sign('good'); b.frames[1] += entry('master/etc/cron.d/evil', b'evil') ==> master/etc/cron.d/evil is in the frame of",
        "an entry longer than the frame of its image ==> b.sign('good'); b.frames[1] += entry('images/golden/evil', size=1024) ==> damaged",
        "a file through a link in another frame ==> b.sign('good'); b.frames[2:2] = [entry('images/golden/l', kind=tarfile.SYMTYPE, link=os.path.abspath('elsewhere')), entry('images/golden/l/evil', b'evil')] ==> h.tar.zst",
        "a file through a link of a hard link ==> b.sign('good'); b.frames[2:2] = [entry('groups/l', kind=tarfile.SYMTYPE, link=os.path.abspath('elsewhere')), entry('images/golden/l', kind=tarfile.LNKTYPE, link='groups/l') + entry('images/golden/l/evil', b'evil')] ==> h.tar.zst",
        "a link in place of the images ==> b.sign('good'); b.frames[1:1] = [entry('images', kind=tarfile.SYMTYPE, link=os.path.abspath('elsewhere'))] ==> h.tar.zst",
        "a list twice ==> b.sign('good'); b.frames[2] += entry(META + 'kept', b'') ==> META-INF/diskless/kept twice",
        "the manifest twice ==> b.sign('good'); b.frames[2] += entry(META + 'manifest', b'') ==> META-INF/diskless/manifest twice",
        "a list behind the end ==> b.sign('good'); b.frames += [entry(META + 'kept', b'') + CUT] ==> damaged",
        "a list that is a link ==> b.sign('good'); b.change(META + 'kept', b'', tarfile.SYMTYPE, '/etc/passwd') ==> META-INF/diskless/kept is not a regular file",
        "a list that is a hard link ==> b.sign('good'); b.change(META + 'kept', b'', tarfile.LNKTYPE, META + 'trees') ==> META-INF/diskless/kept is not a regular file",
        "a list that is a FIFO ==> b.sign('good'); b.change(META + 'kept', b'', tarfile.FIFOTYPE) ==> META-INF/diskless/kept is not a regular file",
        "a list that is a device ==> b.sign('good'); b.change(META + 'kept', b'', tarfile.CHRTYPE) ==> META-INF/diskless/kept is not a regular file",
        "a list that is a directory ==> b.sign('good'); b.change(META + 'bundle.json', b'', tarfile.DIRTYPE) ==> damaged",
        "the folder of the lists as a link ==> b.sign('good'); b.frames[0] = entry('META-INF', kind=tarfile.SYMTYPE, link=os.path.abspath('elsewhere')) + b.frames[0] ==> META-INF is not a regular file",
        "a signature that is a link ==> b.frames[-1] = entry(META + 'signature', kind=tarfile.SYMTYPE, link='/etc/passwd') + CUT ==> META-INF/diskless/signature is not a regular file",
        "lists of 300 MiB ==> b.sign('good'); b.frames[2] += entry(META + 'more', bytes(300 << 20)) ==> more than 256 MiB",
        "a list of a negative size ==> b.sign('good'); b.frames[2] += entry(META + 'more', bytes(2048)).replace(b'00000004000', b'-0000004000') ==> damaged",
        "zeros without end ==> b.sign('good'); b.frames[-1] += bytes(300 << 20) ==> something behind its last entry",
        "a window of 1 GiB ==> b.sign('good'); b.tail = b'\\x28\\xb5\\x2f\\xfd\\x00\\xa0\\x01\\x00\\x00' ==> more than 128 MiB of memory",
        "very many frames ==> b.sign('good'); b.tail = packed(b'') * 3000 ==> more than 1000 frames",
        "bytes behind its end ==> b.sign('good'); b.tail = b'x' * 100 ==> something behind its end",
        "an old sparse file ==> b.sign('good'); b.frames[2] = entry('boot/x', kind=tarfile.GNUTYPE_SPARSE) + b.frames[2] ==> entry of the type S",
        "attributes of all entries ==> b.sign('good'); b.frames[2] = entry('x', b'20 path=boot/evil12\\n', kind=b'g') + b.frames[2] ==> entry of the type g",
      })
  void isRejected(String what, String change, String message) throws IOException {
    make(change);

    for (String program : List.of("verify", "install-2.0")) {
      Shell.Result result = run("python3 " + program + " h.tar.zst --destdir root");
      assertThat(result.exit()).as(result.output()).isNotZero();
      assertThat(result.output())
          .satisfiesAnyOf(
              output -> assertThat(output).contains(message),
              output -> {
                assertThat(program).isEqualTo("verify");
                assertThat(output).contains("was changed after it was signed");
              });
      needUntouched();
    }
    assertThatThrownBy(this::activate).isInstanceOf(ProblemException.class);
    needUntouched();
  }

  @Test
  void theDocumentedCommandVerifiesBeforeItExecutes() throws IOException {
    for (String change :
        List.of(
            "b.sign('other')",
            "b.sign('good'); b.mark('verify')",
            "b.sign('good'); b.mark('verify'); b.relist(META + 'verify')",
            "b.sign('good'); b.mark('install'); b.relist(META + 'install')",
            "b.frames[-1] = entry(META + 'signature', kind=tarfile.FIFOTYPE) + CUT",
            "b.sign('good'); b.change(META + 'verify', b'', tarfile.CHRTYPE)",
            "b.sign('good'); b.frames[2] += entry(META + 'verify', b'open(\"executed\", \"w\")')",
            "b.sign('good', namespace='file')")) {
      make(change);
      Shell.Result result = run("sh first");
      assertThat(result.exit()).as(change).isNotZero();
      needUntouched();
    }
    make("b.sign('good')");
    Shell.Result result = run("sh first");
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.output()).contains("is signed by admin (serial 200)");
  }

  @Test
  void aSignedBundleIsInstalledEachWay() throws IOException {
    for (String program : List.of("verify", "install-2.0")) {
      Shell.Result result = succeeds("python3 " + program + " s2.tar.zst --destdir root");
      assertThat(result.output())
          .containsOnlyOnce("is signed by admin (serial 200)")
          .doesNotContain("warning");
      assertThat(folder.resolve("root/srv/diskless/lab/serial")).hasContent("200\n");
      succeeds("python3 install-2.0 --destdir root --rollback");
      Shell.check(folder, "rm -rf root; cp -a '" + prepared + "/root' .");
    }
    Files.copy(folder.resolve("s2.tar.zst"), folder.resolve("h.tar.zst"));
    activate();
    assertThat(said).anyMatch(l -> l.contains("is signed by admin (serial 200)"));
  }

  @Test
  void anOlderBundleIsInstalledOnlyIfThatIsAllowed() throws IOException {
    make("b.sign('good', serial=99)");
    succeeds("python3 verify h.tar.zst --destdir root --allow-older");

    assertThat(folder.resolve("root/srv/diskless/lab/serial")).hasContent("100\n");
  }

  @Test
  void theSerialNumberOfARemovedReleaseCounts() throws IOException {
    succeeds("python3 verify s2.tar.zst --destdir root --no-switch");
    succeeds("python3 install-2.0 --destdir root --remove 2.0");
    make("b.sign('good', serial=199)");

    assertThat(run("python3 verify h.tar.zst --destdir root").output())
        .contains("a bundle with serial 200 was installed before");
  }

  @Test
  void anInstalledReleaseBecomesActiveAgainWithoutASignature() throws IOException {
    Shell.check(folder, "rm -rf root/srv; mv root/etc/diskless trust");
    Shell.Result first = succeeds("python3 install-1.0 --destdir root 1.0.tar.zst");
    assertThat(first.output()).containsOnlyOnce("warning: ");
    assertThat(first.output()).containsOnlyOnce("allowed_signers does not exist");
    assertThat(succeeds("python3 verify 1.0.tar.zst --destdir root").output())
        .containsOnlyOnce("allowed_signers does not exist");
    Shell.check(folder, "mv trust root/etc/diskless");
    succeeds("python3 verify s2.tar.zst --destdir root");

    succeeds("python3 install-2.0 --destdir root --rollback");
    succeeds("python3 install-2.0 --destdir root --switch 2.0");
    succeeds("python3 install-1.0 --destdir root --switch 1.0");
  }

  @Test
  void anInstallerInstallsOnlyItsOwnRelease() throws IOException {
    for (String option : List.of("", "--replace", "--no-switch", "--dry-run")) {
      Shell.Result result = run("python3 install-1.0 --destdir root " + option + " s2.tar.zst");
      assertThat(result.exit()).isNotZero();
      assertThat(result.output())
          .contains("this installer is for version 1.0, and s2.tar.zst has version 2.0");
      needUntouched();
    }
  }

  @Test
  void theVerifierIsReplacedByANewerOneOnly() throws IOException {
    String verifier = "root/usr/local/sbin/diskless-install";
    assertThat(Shell.run(folder, "stat -c '%a %u' " + verifier).output()).isEqualTo("755 0\n");
    assertThat(Files.readString(folder.resolve(verifier))).doesNotContain("'lab'", "'1.0'");
    make(
        "b.change(META + 'verify', b.content(META + 'verify') + b'# newer\\n');"
            + " b.relist(META + 'verify'); b.sign('good', serial=300)");
    Shell.Result newer = succeeds("python3 " + verifier + " h.tar.zst --destdir root");
    assertThat(newer.output())
        .contains("replaced ")
        .contains(verifier + " by the one of release 2.0");
    assertThat(folder.resolve(verifier)).content().endsWith("# newer\n");

    succeeds("python3 install-2.0 --destdir root --switch 1.0");
    Shell.check(
        folder,
        "python3 bundles.py 1.0.tar.zst h.tar.zst \"b.change('images/golden/etc/issue', b'ISSUE');"
            + " b.relist('images/golden/etc/issue'); b.sign('good', version='1.0', serial=101)\"");
    Shell.Result older =
        succeeds("python3 " + verifier + " h.tar.zst --destdir root --allow-older --replace");
    assertThat(older.output()).contains("is of a newer bundle and stays");
    assertThat(folder.resolve(verifier)).content().endsWith("# newer\n");
  }

  private void make(String change) throws IOException {
    Files.writeString(folder.resolve("first"), FIRST);
    Files.writeString(folder.resolve("change"), change);
    Shell.check(folder, "python3 bundles.py 2.0.tar.zst h.tar.zst \"$(cat change)\"");
  }

  private Shell.Result succeeds(String command) throws IOException {
    Shell.Result result = run(command);
    assertThat(result.exit()).as(result.output()).isZero();
    return result;
  }

  /** Runs a command that must not hang. */
  private Shell.Result run(String command) throws IOException {
    Shell.Result result = Shell.run(folder, "timeout -k 1 10 " + command);
    assertThat(result.exit()).as("%s hangs: %s", command, result.output()).isNotIn(124, 137);
    assertThat(result.output()).doesNotContain("Traceback");
    return result;
  }

  private void activate() throws IOException {
    ActivationRequest request =
        new ActivationRequest(
            folder.resolve("h.tar.zst"), folder.resolve("root"), false, false, false);
    Activation.run(request, said::add);
  }

  /** Nothing of the bundle ran, and nothing changed. */
  private void needUntouched() throws IOException {
    assertThat(folder.resolve("executed")).doesNotExist();
    assertThat(Shell.run(folder, "find . -name executed").output()).isEmpty();
    assertThat(folder.resolve("elsewhere")).isEmptyDirectory();
    assertThat(Versions.snapshot(folder.resolve("root"))).isEqualTo(before);
  }
}
