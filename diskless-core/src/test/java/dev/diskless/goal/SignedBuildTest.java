package dev.diskless.goal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.archive.Compression;
import dev.diskless.host.Progress;
import dev.diskless.image.DebianOptions;
import dev.diskless.it.TinyImage;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.BuildMemory;
import dev.diskless.project.ClusterProject;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the goal {@code package} signs, and when. */
@RequiresProgram({"tar", "zstd", "ssh-keygen"})
class SignedBuildTest {

  private static final Pattern CONTENT = Pattern.compile("first (\\d+) bytes");

  @TempDir private Path folder;
  private ClusterProject project;

  @BeforeEach
  void makeProject() throws IOException {
    Path source = Files.createDirectories(folder.resolve("src/main/cluster"));
    Files.writeString(
        source.resolve("cluster.yaml"),
        """
        cluster: lab
        master: { name: master, address: 192.168.45.1, interface: eth0 }
        networks:
          - { subnet: 192.168.45.0/24, gateway: 192.168.45.1 }
        images:
          golden: { directory: image }
        groups:
          compute: { image: golden, root: overlay }
        nodes:
          - { name: node1, mac: "68:00:10:37:09:83", address: 192.168.45.45, group: compute }
        """);
    TinyImage.at(folder.resolve("image").toFile());
    Shell.check(
        folder,
        "for key in first second; do ssh-keygen -q -t ed25519 -N '' -C $key -f $key; done;"
            + " echo \"admin $(cat first.pub)\" > allowed_signers");
    project = project(Compression.ZSTD);
  }

  private ClusterProject project(Compression compression) {
    String extension = compression == Compression.GZIP ? "tar.gz" : "tar.zst";
    return new ClusterProject(
        folder,
        folder.resolve("src/main/cluster/cluster.yaml"),
        folder.resolve("target/diskless"),
        folder.resolve("target/lab-1.0-tftpboot." + extension),
        Optional.empty(),
        "1.0",
        Instant.parse("2026-01-01T00:00:00Z"),
        folder.resolve("cache"),
        compression,
        name -> Optional.empty(),
        artifact -> {
          throw new AssertionError("no artifact is wanted");
        },
        new DebianOptions(Optional.empty(), false, true),
        "0.0-test",
        Progress.SILENT,
        new BuildMemory(new HashMap<>()));
  }

  @ParameterizedTest
  @EnumSource(names = {"ZSTD", "GZIP"})
  void aSignatureChangesOnlyTheLastFrame(Compression compression) throws IOException {
    project = project(compression);
    GoalResult plain = build(SigningOptions.UNSIGNED);
    byte[] unsigned = Files.readAllBytes(project.bundle());
    String digest = sha256();
    Shell.check(folder, "rm -r target cache");
    GoalResult signed = build(signing("first", 7));
    byte[] bytes = Files.readAllBytes(project.bundle());

    assertThat(plain.summary().get(0))
        .matches("target/lab-1.0-.* MB unpacked \\(SHA-256 %s\\)".formatted(digest));
    int size = contentSize(signed);
    assertThat(contentSize(plain)).isEqualTo(size);
    assertThat(Arrays.copyOf(bytes, size)).isEqualTo(Arrays.copyOf(unsigned, size));
    String content =
        Shell.run(folder, "head -c %d %s | sha256sum".formatted(size, project.bundle()))
            .output()
            .split(" ")[0];
    assertThat(signed.summary().get(0))
        .matches(
            "target/lab-1.0-.* MB unpacked \\(SHA-256 without the signature %s\\)"
                .formatted(content));
    assertThat(plain.summary().get(1))
        .startsWith("not signed")
        .endsWith("(SHA-256 %s)".formatted(content));
  }

  @ParameterizedTest
  @EnumSource(names = {"ZSTD", "GZIP"})
  void anUnchangedBundleIsNotSignedAgain(Compression compression) throws IOException {
    project = project(compression);
    GoalResult first = build(signing("first", 7));
    State before = state();
    GoalResult same = build(signing("first", 7));
    GoalResult anySerial = build(new SigningOptions(key("first"), OptionalLong.empty()));

    assertThat(same.summary().get(0)).contains(" is up to date (SHA-256 without the signature ");
    assertThat(same.summary().get(1)).isEqualTo(first.summary().get(1)).contains(", serial 7;");
    assertThat(anySerial).isEqualTo(same);
    assertThat(state()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(names = {"ZSTD", "GZIP"})
  void anotherKeyOrSerialReplacesOnlyTheLastFrame(Compression compression) throws IOException {
    project = project(compression);
    GoalResult plain = build(SigningOptions.UNSIGNED);
    String unsigned = sha256();
    Object inode = Files.getAttribute(project.bundle(), "unix:ino");

    GoalResult signed = build(signing("second", 7));
    assertThat(signed.summary().get(0))
        .contains(" is unchanged, its signature is new (SHA-256 without");
    assertThat(contentSize(signed)).isEqualTo(contentSize(plain));
    assertThat(Files.getAttribute(project.bundle(), "unix:ino")).isNotEqualTo(inode);
    assertThat(verify()).isNotZero();

    assertThat(build(signing("first", 7)).summary().get(1)).contains(", serial 7;");
    assertThat(verify()).isZero();
    String seven = sha256();
    assertThat(build(signing("first", 8)).summary().get(1)).contains(", serial 8;");
    assertThat(verify()).isZero();
    assertThat(sha256()).isNotEqualTo(seven);
    State before = state();
    assertThat(build(signing("first", 8)).summary().get(0)).contains(" is up to date ");
    assertThat(state()).isEqualTo(before);

    GoalResult plainAgain = build(SigningOptions.UNSIGNED);
    assertThat(plainAgain.summary().get(0))
        .endsWith(" is unchanged, its signature is removed (SHA-256 %s)".formatted(unsigned));
    assertThat(sha256()).isEqualTo(unsigned);
    assertThat(build(SigningOptions.UNSIGNED).summary().get(0))
        .endsWith(" is up to date (SHA-256 %s)".formatted(unsigned));
  }

  @Test
  void aBundleThatWasStartedIsSigned() throws IOException {
    new GenerateGoal().run(project);
    new AssembleGoal().run(project);
    new PackageGoal(signing("first", 7)).run(project);

    assertThat(verify()).isZero();
    assertNothingIsLeft();
  }

  @Test
  void aKeyThatIsMissingLeavesNoBundle() throws IOException {
    new GenerateGoal().run(project);
    new AssembleGoal().run(project);

    assertThatThrownBy(() -> new PackageGoal(signing("missing", 7)).run(project))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("diskless.sign.key: " + folder.resolve("missing"));
    assertNothingIsLeft();
    assertThat(project.bundle()).doesNotExist();
  }

  @Test
  void aSignatureThatFailsLeavesTheOldBundle() throws IOException {
    build(SigningOptions.UNSIGNED);
    State before = state();
    Shell.check(folder, "chmod 644 first");

    assertThatThrownBy(() -> build(signing("first", 7)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("too open");
    assertThat(state()).isEqualTo(before);
    assertNothingIsLeft();
  }

  @Test
  void aSerialMustNotBeNegative() {
    assertThatThrownBy(() -> build(signing("first", -1)))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith("diskless.serial: -1 is not a valid serial number; ");
    assertThatThrownBy(() -> build(signing("first", Long.MAX_VALUE)))
        .isInstanceOf(ProblemException.class);
  }

  private GoalResult build(SigningOptions signing) throws IOException {
    new GenerateGoal().run(project);
    new AssembleGoal().run(project);
    return new PackageGoal(signing).run(project);
  }

  private Optional<Path> key(String name) {
    return Optional.of(folder.resolve(name));
  }

  private SigningOptions signing(String key, long serial) {
    return new SigningOptions(key(key), OptionalLong.of(serial));
  }

  private static int contentSize(GoalResult packaging) {
    Matcher found = CONTENT.matcher(packaging.summary().get(1));
    assertThat(found.find()).isTrue();
    return Integer.parseInt(found.group(1));
  }

  private int verify() throws IOException {
    return Shell.run(
            folder,
            """
            set -e
            tar -xOf %s META-INF/diskless/signature > entry
            sed '/^-----BEGIN SSH SIGNATURE-----$/,$d' entry > text
            sed -n '/^-----BEGIN SSH SIGNATURE-----$/,$p' entry > text.sig
            ssh-keygen -Y verify -f allowed_signers -I admin -n diskless-bundle -s text.sig < text
            """
                .formatted(project.bundle()))
        .exit();
  }

  private String sha256() throws IOException {
    return Shell.run(folder, "sha256sum " + project.bundle()).output().split(" ")[0];
  }

  /** The state of the bundle's file. A file that was written again has another inode. */
  private record State(Object inode, FileTime modified, String sha256) {}

  private State state() throws IOException {
    return new State(
        Files.getAttribute(project.bundle(), "unix:ino"),
        Files.getLastModifiedTime(project.bundle()),
        sha256());
  }

  private void assertNothingIsLeft() throws IOException {
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(t -> t.getName().equals("diskless packing"));
    assertThat(project.bundle().getParent())
        .isDirectoryNotContaining("glob:**.partial")
        .isDirectoryNotContaining("glob:**.manifest");
  }
}
