package dev.diskless.goal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.archive.Compression;
import dev.diskless.host.Progress;
import dev.diskless.image.DebianOptions;
import dev.diskless.lab.LabOptions;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.BuildMemory;
import dev.diskless.project.ClusterProject;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The goals one after the other, on a small image that is a directory. */
@RequiresProgram({"tar", "zstd"})
class ClusterBuildTest {

  private static final String DESCRIPTOR =
      """
      cluster: lab
      master: { name: master, address: 192.168.45.1, interface: eth0 }
      networks:
        - { subnet: 192.168.45.0/24, gateway: 192.168.45.1 }
      images:
        golden: { directory: golden }
      groups:
        base: { image: golden, root: full, mounts: [ { path: /home, access: rw } ] }
        compute: { extends: base, root: overlay }
      nodes:
        - { name: firstslave, mac: "68:00:10:37:09:83", address: 192.168.45.45, group: base }
        - { name: "node[1-3]", mac: "52:54:00:00:01:01+", address: 192.168.45.101+, group: compute }
      """;

  @TempDir private Path folder;
  private ClusterProject project;

  @BeforeEach
  void makeProject() throws IOException {
    project = project(folder.resolve("one"));
  }

  private ClusterProject project(Path directory) throws IOException {
    Path source = directory.resolve("src/main/cluster");
    Files.createDirectories(source);
    Files.writeString(source.resolve("cluster.yaml"), DESCRIPTOR);
    Path golden = directory.resolve("golden");
    write(golden, "etc/motd", "golden");
    write(golden, "usr/bin/true", "true");
    write(golden, "boot/vmlinuz-6.1", "kernel");
    write(golden, "boot/initrd.img-6.1", dev.diskless.it.TinyImage.initramfs());
    Files.createSymbolicLink(golden.resolve("bin"), Path.of("usr/bin"));
    Shell.run(golden, "find . -exec touch -h -d 2020-01-01 {} +");
    return laterBuild(directory);
  }

  /** Of what is there, with nothing in memory. */
  private ClusterProject laterBuild(Path directory) {
    return new ClusterProject(
        directory,
        directory.resolve("src/main/cluster/cluster.yaml"),
        directory.resolve("target/diskless"),
        directory.resolve("target/lab-1.0-tftpboot.tar.zst"),
        Optional.empty(),
        "1.0",
        Instant.parse("2026-01-01T00:00:00Z"),
        folder.resolve("cache"),
        Compression.ZSTD,
        name -> Optional.empty(),
        artifact -> {
          throw new AssertionError("no artifact is wanted");
        },
        new DebianOptions(Optional.empty(), false, true),
        "0.0-test",
        Progress.SILENT,
        new BuildMemory(new HashMap<>()));
  }

  @Test
  void eachGoalFindsWhatTheOneBeforeLeft() throws IOException {
    new ValidateGoal().run(project);
    new GenerateGoal().run(project);
    assertThat(project.work().resolve("nodes/firstslave/etc/hostname")).hasContent("firstslave");
    assertThat(project.work().resolve("master/etc/dhcp/dhcpd.conf")).exists();
    new AssembleGoal().run(project);
    GoalResult packaging = new PackageGoal(SigningOptions.UNSIGNED).run(project);

    assertThat(packaging.summary().get(0)).startsWith("target/lab-1.0-tftpboot.tar.zst: ");
    assertThat(list(project.bundle()))
        .contains(
            "images/golden/usr/bin/true\n",
            "nodes/node2/etc/hostname\n",
            "boot/1.0/golden/vmlinuz\n")
        .doesNotContain("images/golden/etc/hostname");
  }

  @Test
  void aGroupBootsAnotherKernelOfItsImage() throws IOException {
    addRealtimeKernel("*rt*");
    build(project);

    assertThat(list(project.bundle()))
        .contains("boot/1.0/golden/vmlinuz\n", "boot/1.0/groups/compute/vmlinuz\n");
    assertThat(
            Shell.run(folder, "zstd -dcq " + project.bundle() + " | tar -tv | grep boot/1.0/")
                .output())
        .contains("boot/1.0/groups/compute/vmlinuz link to images/golden/boot/vmlinuz-6.1-rt\n");
    assertThat(content("META-INF/diskless/bundle.json"))
        .contains("\"groups\"", "/boot/vmlinuz-6.1-rt", "/boot/initrd.img-6.1-rt");
    assertThat(content("boot/pxelinux.cfg/01-52-54-00-00-01-01"))
        .contains("1.0/groups/compute/vmlinuz", "1.0/groups/compute/initrd.img");
    assertThat(content("boot/pxelinux.cfg/01-68-00-10-37-09-83")).contains("1.0/golden/vmlinuz");
  }

  @Test
  void aKernelThatTheImageLacksIsReportedWithThoseThatExist() throws IOException {
    addRealtimeKernel("*debug*");
    new ValidateGoal().run(project);
    new GenerateGoal().run(project);

    assertThatThrownBy(() -> new AssembleGoal().run(project))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining(
            "src/main/cluster/cluster.yaml:9:52: group compute: no kernel of the image golden"
                + " matches kernel: *debug*; the kernels there are 6.1, 6.1-rt;");
  }

  @Test
  void aCompressedKernelIsPackedDecompressed() throws IOException {
    Path boot = project.directory().resolve("golden/boot");
    byte[] kernel = dev.diskless.it.TinyKernel.arm64("6.1", new byte[100_000]);
    Files.write(boot.resolve("vmlinuz-6.1"), kernel);
    Shell.run(boot, "gzip -n vmlinuz-6.1 && mv vmlinuz-6.1.gz vmlinuz-6.1");
    write(project.directory().resolve("golden"), "lib/modules/6.1/modules.dep", "");
    String first = build(project);

    Files.write(folder.resolve("expected"), kernel);
    String unpack = "zstd -dcq " + project.bundle() + " | tar -xO ";
    assertThat(Shell.run(folder, unpack + "boot/1.0/golden/vmlinuz | cmp - expected").exit())
        .isZero();
    assertThat(
            Shell.run(
                    folder,
                    unpack
                        + "images/golden/boot/vmlinuz-6.1 | cmp - "
                        + boot.resolve("vmlinuz-6.1"))
                .exit())
        .isZero();
    Files.delete(project.bundle());
    assertThat(build(laterBuild(project.directory()))).isEqualTo(first);
  }

  private void addRealtimeKernel(String pattern) throws IOException {
    Path golden = project.directory().resolve("golden");
    write(golden, "boot/vmlinuz-6.1-rt", "realtime");
    write(golden, "boot/initrd.img-6.1-rt", dev.diskless.it.TinyImage.initramfs());
    Files.writeString(
        project.descriptor(),
        DESCRIPTOR.replace("root: overlay }", "root: overlay, kernel: '" + pattern + "' }"));
  }

  /** What lies in the image is meant to be hidden; what somebody put there is not. */
  @Test
  void aMountThatHidesWhatWasLaidOverTheImageIsToldAtItsPlace() throws IOException {
    Path source = project.directory().resolve("src/main/cluster");
    write(project.directory().resolve("golden"), "home/of-the-image", "image");
    write(source, "files/nodes/node2/home/note", "one");
    write(source, "files/nodes/node3/home/note", "one");
    new ValidateGoal().run(project);
    new GenerateGoal().run(project);
    assertThat(new AssembleGoal().run(project).problems())
        .extracting(Problem::toString)
        .containsOnlyOnce(
            "src/main/cluster/cluster.yaml:8:56: the mount \"/home\" hides files of the"
                + " layers: /home/note; put them on the file server, or mount another path")
        .noneMatch(w -> w.contains("of-the-image"));
  }

  @Test
  void aMountThatHidesHowRootGetsInIsRefused() throws IOException {
    Path source = project.directory().resolve("src/main/cluster");
    Files.writeString(
        source.resolve("cluster.yaml"), DESCRIPTOR.replace("path: /home", "path: /root"));
    write(source, "files/all/root/.ssh/authorized_keys", "ssh-ed25519 AAAA");
    new ValidateGoal().run(project);
    new GenerateGoal().run(project);
    assertThatThrownBy(() -> new AssembleGoal().run(project))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining(
            "src/main/cluster/cluster.yaml:8:56: the mount \"/root\" hides files of the"
                + " layers: /root/.ssh/authorized_keys; root logs in with one of them");
  }

  /** Each is planted in the image that is copied, and the bundle and what is told are looked at. */
  @Test
  void secretsOfAnImageAreLeftOutOrTold() throws IOException {
    Path golden = project.directory().resolve("golden");
    write(golden, "root/.ssh/id_ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----");
    write(
        golden,
        "etc/shadow",
        "root:$y$j9T$salt$0123456789abcdefgh:19700:0:99999:7:::\nbin:*:1::::::");
    write(golden, "etc/gshadow", "root:*::\nadm:!::\n");
    write(golden, "etc/ssl/private/server.key", "-----BEGIN PRIVATE KEY-----");
    write(
        golden, "etc/NetworkManager/system-connections/lan.nmconnection", "[ipv4]\nmethod=auto\n");
    write(
        golden,
        "etc/NetworkManager/system-connections/wifi.nmconnection",
        "[wifi-security]\npsk=12345678\n");
    new ValidateGoal().run(project);
    new GenerateGoal().run(project);
    assertThat(new AssembleGoal().run(project).problems())
        .extracting(Problem::toString)
        .contains(
            "the image golden has hashes of passwords, which everyone with the bundle can read:"
                + " /etc/shadow; remove them from the image, and list what nodes need under"
                + " \"secret\"",
            "the image golden has private keys, which everyone with the bundle can read:"
                + " /etc/ssl/private/server.key; remove them from the image, and list what"
                + " nodes need under \"secret\"",
            "the image golden has passwords of networks, which everyone with the bundle can read:"
                + " /etc/NetworkManager/system-connections/wifi.nmconnection; remove them"
                + " from the image, and list what nodes need under \"secret\"");
    new PackageGoal(SigningOptions.UNSIGNED).run(project);
    assertThat(list(project.bundle()))
        .contains("images/golden/etc/shadow\n")
        .doesNotContain("id_ed25519");
  }

  @Test
  void hashesThatOpenNothingAreNotTold() throws IOException {
    Path golden = project.directory().resolve("golden");
    write(
        golden,
        "etc/shadow",
        "root:*:19700:0:99999:7:::\nold:!:1::::::\nnew:!!:1::::::\nx::1::::::\n");
    write(golden, "etc/gshadow", "root:*::\nadm:!::alice,bob\n");
    new ValidateGoal().run(project);
    new GenerateGoal().run(project);
    assertThat(new AssembleGoal().run(project).problems())
        .extracting(Problem::toString)
        .noneMatch(w -> w.contains("hashes"));
  }

  @Test
  void aLogThatIsAskedForAndThatNobodySendsIsToldAtItsPlace() throws IOException {
    new ValidateGoal().run(project);
    new GenerateGoal().run(project);
    assertThat(new AssembleGoal().run(project).problems())
        .extracting(Problem::toString)
        .noneMatch(w -> w.contains("rsyslog"));
    Path descriptor = project.directory().resolve("src/main/cluster/cluster.yaml");
    Files.writeString(
        descriptor, DESCRIPTOR.replace("image: golden,", "image: golden, log: syslog,"));
    new ValidateGoal().run(project);
    new GenerateGoal().run(project);
    assertThat(new AssembleGoal().run(project).problems())
        .extracting(Problem::toString)
        .containsOnlyOnce(
            "src/main/cluster/cluster.yaml:8:31: group base: log: syslog needs /usr/sbin/rsyslogd,"
                + " which the image golden does not have; add the package rsyslog to it, or write"
                + " log: none");
  }

  @Test
  void goalsThatMissTheOneBeforeSayWhichToRun() {
    assertThatThrownBy(() -> new AssembleGoal().run(project))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("mvn diskless:generate");
    assertThatThrownBy(() -> new PackageGoal(SigningOptions.UNSIGNED).run(project))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("run mvn package");
  }

  @Test
  void anUnchangedBundleIsNotMadeAgain() throws IOException {
    build(project);
    var before = Files.getLastModifiedTime(project.bundle());

    assertThat(build(project)).contains("is up to date");
    assertThat(Files.getLastModifiedTime(project.bundle())).isEqualTo(before);

    write(folder.resolve("one/golden"), "etc/motd", "changed");
    assertThat(build(project)).doesNotContain("is up to date");
    assertThat(content("images/golden/etc/motd")).isEqualTo("changed");

    write(folder.resolve("one/src/main/cluster/files/all"), "etc/motd", "overridden");
    assertThat(build(project)).doesNotContain("is up to date");
    assertThat(content("groups/base/etc/motd")).isEqualTo("overridden");
  }

  @Test
  void imagesThatWerePackedBeforeGiveTheSameBundle() throws IOException {
    build(project);
    ClusterProject other = project(folder.resolve("two"));
    build(other);

    assertThat(project.bundle()).hasSameBinaryContentAs(other.bundle());
  }

  @Test
  void aBundleWhoseImagesWereRemovedFromTheCacheIsTheSame() throws IOException {
    build(project);
    ClusterProject other = project(folder.resolve("two"));
    new GenerateGoal().run(other);
    new AssembleGoal().run(other);
    Shell.check(folder, "rm -r cache/packed");
    new PackageGoal(SigningOptions.UNSIGNED).run(other);

    assertThat(project.bundle()).hasSameBinaryContentAs(other.bundle());
  }

  @Test
  void nothingIsPackedWhenTheGoalHasEnded() throws IOException {
    new GenerateGoal().run(project);
    new AssembleGoal().run(project);
    assertThat(packing()).isEmpty();
    assertThat(folder.resolve("cache/packed")).isDirectoryContaining("glob:**.manifest");

    new PackageGoal(SigningOptions.UNSIGNED).run(project);
    assertNothingIsLeft();
  }

  @Test
  void nothingUnfinishedIsLeftOfImagesWhoseTreesCannotBe() throws IOException {
    write(folder.resolve("one/src/main/cluster/files"), "groups/base/bin/tool", "tool");
    new GenerateGoal().run(project);

    assertThatThrownBy(() -> new AssembleGoal().run(project)).isInstanceOf(ProblemException.class);
    assertThat(packing()).isEmpty();
    assertThat(project.bundle().getParent()).isDirectoryNotContaining("glob:**.partial");
    assertThat(project.bundle()).doesNotExist();
  }

  @Test
  void imagesThatWerePackedWithoutNeedAreForgotten() throws IOException {
    build(project);
    Shell.check(folder, "rm -r cache/packed");
    new GenerateGoal().run(project);
    new AssembleGoal().run(project);

    assertThat(new PackageGoal(SigningOptions.UNSIGNED).run(project).summary().get(0))
        .contains("is up to date");
    assertNothingIsLeft();
  }

  @Test
  void aChangeAfterImagesWerePackedIsInTheBundle() throws IOException {
    new GenerateGoal().run(project);
    new AssembleGoal().run(project);
    write(project.templates(), "master/etc/new.vm", "new");
    new GenerateGoal().run(project);

    new PackageGoal(SigningOptions.UNSIGNED).run(project);
    assertThat(content("master/etc/new")).isEqualTo("new");
    assertNothingIsLeft();
  }

  private static List<String> packing() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.equals("diskless packing"))
        .toList();
  }

  private void assertNothingIsLeft() throws IOException {
    assertThat(packing()).isEmpty();
    assertThat(project.bundle().getParent())
        .isDirectoryNotContaining("glob:**" + project.bundle().getFileName() + ".*");
  }

  @Test
  void oneRunTellsWhatIsWrongWithAllTemplates() throws IOException {
    write(project.templates(), "node/etc/no-syntax.vm", "#if(");
    write(project.templates(), "all/etc/no-property.vm", "$cluster.nonsense");

    assertThatThrownBy(() -> new ValidateGoal().run(project))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problems())
                    .extracting(Problem::toString)
                    .anyMatch(
                        p -> p.startsWith("src/main/cluster/templates/node/etc/no-syntax.vm:1:"))
                    .anyMatch(
                        p -> p.startsWith("src/main/cluster/templates/all/etc/no-property.vm:1:")));
  }

  @Test
  void aTemplateThatChangedSinceItWasValidatedIsReadAgain() throws IOException {
    write(project.templates(), "all/etc/motd.vm", "before");
    new ValidateGoal().run(project);
    write(project.templates(), "all/etc/motd.vm", "after");
    new GenerateGoal().run(project);

    assertThat(project.work().resolve("all/etc/motd")).hasContent("after");
  }

  @Test
  void aLoaderOfThisMachineThatWasUpgradedIsPacked() throws IOException {
    Path machine = folder.resolve("machine");
    write(machine, "usr/lib/PXELINUX/pxelinux.0", "old");
    write(machine, "usr/lib/syslinux/modules/bios/ldlinux.c32", "old");
    build(project);
    new PackageGoal(SigningOptions.UNSIGNED, machine).run(project);
    assertThat(content("boot/pxelinux.0")).isEqualTo("old");
    assertThat(new PackageGoal(SigningOptions.UNSIGNED, machine).run(project).summary().get(0))
        .contains("is up to date");

    write(machine, "usr/lib/PXELINUX/pxelinux.0", "upgraded");
    assertThat(new PackageGoal(SigningOptions.UNSIGNED, machine).run(project).summary().get(0))
        .doesNotContain("is up to date");
    assertThat(content("boot/pxelinux.0")).isEqualTo("upgraded");
  }

  @Test
  void aBundleOfAnEarlierDescriptorIsNotBooted() throws IOException {
    assertThatThrownBy(this::boot)
        .hasMessageContaining("the bundle does not exist: ")
        .hasMessageContaining("run mvn package");
    build(project);
    Files.writeString(project.descriptor(), DESCRIPTOR.replace("09:83", "09:84"));

    assertThatThrownBy(this::boot)
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("lab-1.0-tftpboot.tar.zst does not match the descriptor")
        .hasMessageContaining("run mvn package");
  }

  private void boot() throws IOException {
    new BootGoal(
            List.of(),
            Optional.empty(),
            folder.resolve("checks"),
            LabOptions.DEFAULT,
            Optional.empty())
        .run(project);
  }

  @Test
  void anIndexThatAPowerCutLeftShorterIsMadeAgain() throws IOException {
    build(project);
    Path index = project.workFolder().imageIndex("golden");
    byte[] whole = Files.readAllBytes(index);

    for (int length : new int[] {0, whole.length / 2, whole.length - 2}) {
      Files.write(index, java.util.Arrays.copyOf(whole, length));
      build(laterBuild(folder.resolve("one")));
      assertThat(index).hasBinaryContent(whole);
    }
  }

  @Test
  void anotherFolderGivesTheSameBytes() throws IOException {
    build(project);
    ClusterProject other = project(folder.resolve("two/deeper"));
    build(other);

    assertThat(other.bundle()).hasSameBinaryContentAs(project.bundle());
  }

  @Test
  void theLastLayerWins() throws IOException {
    Path files = folder.resolve("one/src/main/cluster/files");
    write(files, "all/etc/issue", "all");
    write(files, "groups/base/etc/issue", "base");
    write(files, "groups/compute/etc/issue", "compute");
    write(files, "nodes/node2/etc/issue", "node2");
    write(files, "all/etc/hostname", "from files");

    assertThat(show("firstslave", "etc/issue")).isEqualTo("base");
    assertThat(show("node1", "etc/issue")).isEqualTo("compute");
    assertThat(show("node2", "etc/issue")).isEqualTo("node2");
    assertThat(show("node2", "etc/hostname")).isEqualTo("from files");
    assertThat(show("node2", "etc/motd")).isEqualTo("golden");
    assertThat(showTree("node2"))
        .anyMatch(l -> l.matches("-rw-r--r-- +0:0 +5 +/etc/issue +files/nodes/node2"))
        .anyMatch(l -> l.matches(".* /bin -> usr/bin +image golden"));

    build(project);
    assertThat(list(project.bundle()))
        .contains("groups/compute/etc/hostname\n")
        .doesNotContain("nodes/node2/etc/hostname\n");
  }

  @Test
  void aLayerCannotReplaceALinkToADirectory() throws IOException {
    write(folder.resolve("one/src/main/cluster/files"), "groups/base/bin/tool", "tool");
    new GenerateGoal().run(project);

    assertThatThrownBy(() -> new AssembleGoal().run(project))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problems())
                    .filteredOn(Problem::isError)
                    .extracting(Problem::toString)
                    .contains(
                        "files/groups/base would replace the symbolic link /bin -> usr/bin of"
                            + " image golden by a directory, and hide the target of the link;"
                            + " put it at /usr/bin/tool"));
    assertThat(project.bundle()).doesNotExist();
  }

  @Test
  void whatIsNoLongerRenderedGoes() throws IOException {
    new GenerateGoal().run(project);
    Path descriptor = project.descriptor();
    Files.writeString(descriptor, DESCRIPTOR.replace("node[1-3]", "node[1-2]"));
    new GenerateGoal().run(project);

    assertThat(project.work().resolve("nodes/node2")).exists();
    assertThat(project.work().resolve("nodes/node3")).doesNotExist();
  }

  @Test
  void anUnknownNodeIsToldWithThoseThatThereAre() {
    assertThatThrownBy(() -> show("node9", "etc/issue"))
        .hasMessage("node node9 does not exist; choose one of firstslave, node1, node2, node3");
  }

  private static String build(ClusterProject project) throws IOException {
    new GenerateGoal().run(project);
    new AssembleGoal().run(project);
    return new PackageGoal(SigningOptions.UNSIGNED).run(project).summary().get(0);
  }

  private String show(String node, String file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ShowGoal(Optional.of(node), Optional.empty(), Optional.of(file), "/", new PrintStream(out))
        .run(project);
    return out.toString(StandardCharsets.UTF_8);
  }

  private java.util.List<String> showTree(String node) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ShowGoal(Optional.of(node), Optional.empty(), Optional.empty(), "/", new PrintStream(out))
        .run(project);
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private String list(Path bundle) throws IOException {
    return Shell.run(folder, "zstd -dcq " + bundle + " | tar -t").output();
  }

  private String content(String name) throws IOException {
    return Shell.run(folder, "zstd -dcq " + project.bundle() + " | tar -xO " + name).output();
  }

  private static void write(Path top, String path, String text) throws IOException {
    Path file = top.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
