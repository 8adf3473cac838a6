package dev.diskless.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.archive.Compression;
import dev.diskless.master.MasterHost;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Capabilities;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told, and what is not, of bundles that differ in one thing each. */
class ComparisonTest {

  private static final String SECRET = "correct horse battery staple";

  @TempDir private Path folder;

  private Difference compare(Version one, Version two) throws IOException {
    return Comparison.of(one.side(folder), two.side(folder));
  }

  private static FileChange change(Difference difference, String path) {
    return difference.blocks().stream()
        .flatMap(b -> b.changes().stream())
        .filter(c -> c.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new AssertionError(path + " is not in " + difference));
  }

  @Test
  void anotherVersionAloneIsNoDifference() throws IOException {
    Difference difference = compare(new Version("1.0"), new Version("1.0.1"));

    assertThat(difference.isEmpty()).isTrue();
    assertThat(difference.unchanged()).hasSize(100);
    assertThat(difference.reboots()).isEmpty();
    // A diskless-release and two boot entries a node, the fstab of those in full; exports. dhcpd's
    // file has no version in it, because dhcpd would have to restart for each version.
    assertThat(difference.onlyVersion()).isEqualTo(100 + 200 + 2 + 1);
    assertThat(difference.services())
        .extracting(s -> s.verb() + " " + s.unit())
        .containsExactly("reload nfs-server");
    assertThat(TextReport.of(difference, 10, "diff.json"))
        .contains("  nothing differs, but the version's own name in 303 files");
  }

  @Test
  void severalMastersAreComparedEach() throws IOException {
    assertThat(compare(new Version("1.0").withTwoMasters(), new Version("1.1").withTwoMasters()))
        .satisfies(d -> assertThat(d.isEmpty()).isTrue())
        .satisfies(
            d ->
                assertThat(d.services())
                    .extracting(s -> s.verb() + " " + s.unit())
                    .containsExactly("reload nfs-server"));
    Difference difference =
        compare(
            new Version("1.0").withTwoMasters(),
            new Version("1.1")
                .withTwoMasters()
                .descriptor("address: 10.2.2.1+", "address: 10.2.3.1+"));
    assertThat(difference.master())
        .extracting(FileChange::path)
        .contains("/rack2/etc/dhcp/dhcpd.conf", "/rack2/etc/hosts.diskless")
        .noneMatch(p -> p.startsWith("/rack1"));
  }

  @RequiresRoot("restoring owners")
  @Test
  void whatIsInstalledOnAMasterIsComparedWithItsPart() throws IOException {
    Version first = new Version("1.0").withTwoMasters();
    Path bundle = first.write(folder, Compression.ZSTD);
    Shell.Result installed =
        Shell.run(
            folder,
            "zstd -dcq %1$s | tar -xO --occurrence=1 META-INF/diskless/install > install && python3 install --destdir master --master rack2 %1$s"
                .formatted(bundle));
    assertThat(installed.exit()).as(installed.output()).isZero();
    ComparedVersion active =
        ComparedVersion.ofActive(new MasterHost(folder.resolve("master"), "/srv/diskless", "lab"));

    Difference same = Comparison.of(active, ComparedVersion.ofBundle(bundle));
    assertThat(same.isEmpty()).isTrue();
    assertThat(same.unchanged()).containsExactly("big1", "big2");
    assertThat(same.onlyVersion()).isZero();

    // What changes on the other master only.
    Difference others =
        Comparison.of(
            active,
            new Version("1.1").withTwoMasters().descriptor("10.1.1.1+", "10.1.3.1+").side(folder));
    assertThat(others.master()).isEmpty();
    assertThat(others.unchanged()).isEmpty(); // All nodes' hosts file has the new addresses.
    Difference own =
        Comparison.of(
            active,
            new Version("1.2").withTwoMasters().descriptor("10.2.2.1+", "10.2.3.1+").side(folder));
    assertThat(own.master())
        .extracting(FileChange::path)
        .contains("/etc/dhcp/dhcpd.conf", "/etc/hosts.diskless");
  }

  @Test
  void aVersionThatIsPartOfAWordIsNotTakenForIt() throws IOException {
    Version one = new Version("1").image(Version.file("etc/conf", 0644, "level 1\nrelease 1/x\n"));
    Version two = new Version("2").image(Version.file("etc/conf", 0644, "level 2\nrelease 2/x\n"));

    assertThat(change(compare(one, two), "/etc/conf").diff())
        .containsExactly("@@ -1,2 +1,2 @@", "-level 1", "-release 1/x", "+level 2", "+release 2/x");
  }

  @RequiresProgram("zstd")
  @Test
  void aBundlePackedInAnotherWayIsTheSame() throws IOException {
    Version one = new Version("1.0");
    Version two = new Version("2.0").image(Version.file("etc/motd", 0644, "new\n"));
    String expected = JsonReport.of(compare(one, two));
    Path gzip = two.write(folder.resolve("gzip"), Compression.GZIP);

    assertThat(JsonReport.of(Comparison.of(one.side(folder), ComparedVersion.ofBundle(gzip))))
        .isEqualTo(expected);

    Path again = folder.resolve("again.tar.zst");
    Shell.run(folder, "gzip -dc %s | zstd -q -o %s".formatted(gzip, again));
    assertThat(JsonReport.of(Comparison.of(one.side(folder), ComparedVersion.ofBundle(again))))
        .isEqualTo(expected);
  }

  @Test
  void whatOnlySomeMayReadIsNotTold() throws IOException {
    Version one = new Version("1.0");
    Version two = new Version("2.0");
    String key = "-----BEGIN OPENSSH PRIVATE KEY-----\n" + SECRET + "\n";
    for (Version each : List.of(one, two)) {
      String secret = each == one ? "old " + SECRET + "\n" : SECRET + "\n";
      Entry vault =
          Entry.directory(TreePath.of("etc/vault"), Metadata.root(0750, Version.TIME), "test");
      each.image(vault)
          .image(Version.file("etc/vault/open", 0644, secret))
          .image(Version.file("etc/owners", 0600, secret))
          .image(Version.file("etc/groups", 0640, secret))
          .image(Version.file("etc/opened", each == one ? 0600 : 0644, secret))
          .image(Version.file("etc/closed", each == one ? 0644 : 0600, secret))
          .image(Version.file("etc/key", 0644, each == one ? key : key + key))
          .master(Version.file("etc/dhcp/omapi.key", 0600, secret));
      each.own("nodes/node001").add(Version.file("etc/token", 0400, secret));
    }
    two.own("nodes/node002").add(Version.file("etc/added.key", 0644, key));
    two.own("nodes/node002").add(Version.file("etc/added", 0600, SECRET));
    Difference difference = compare(one, two);

    for (String path :
        List.of("/etc/vault/open", "/etc/owners", "/etc/groups", "/etc/opened", "/etc/closed")) {
      assertThat(change(difference, path).whyNoDiff()).as(path).contains("private");
    }
    assertThat(change(difference, "/etc/key").whyNoDiff()).contains("private");
    assertThat(change(difference, "/etc/token").whyNoDiff()).contains("private");
    assertThat(change(difference, "/etc/opened").details()).containsExactly("mode 0600 -> 0644");
    assertThat(change(difference, "/etc/added").diff()).isEmpty();
    assertThat(change(difference, "/etc/added.key").diff()).isEmpty();
    assertThat(difference.master()).extracting(FileChange::path).contains("/etc/dhcp/omapi.key");
    for (String report :
        List.of(
            JsonReport.of(difference),
            MarkdownReport.of(difference, 1000),
            String.join("\n", TextReport.of(difference, 1000, "")))) {
      assertThat(report).doesNotContain("horse").doesNotContain("PRIVATE KEY");
    }
  }

  @Test
  void anAddressThatChangedIsSeen() throws IOException {
    Version two = new Version("2.0").descriptor("10.1.2.1+", "10.1.2.7+");
    Difference difference = compare(new Version("1.0"), two);

    assertThat(difference.settings())
        .extracting(s -> s.setting() + " " + s.before() + " " + s.after() + " " + s.nodes())
        .containsExactly("address 10.1.2.1 10.1.2.7 [big1]", "address 10.1.2.2 10.1.2.8 [big2]");
    assertThat(difference.reboots())
        .filteredOn(r -> r.nodes().contains("big1"))
        .singleElement()
        .satisfies(
            r -> assertThat(r.reasons()).containsExactly("address", "files", "kernel arguments"));
    assertThat(change(difference, "/etc/fstab").diff())
        .contains(
            "-10.1.0.1:/srv/diskless/lab/releases/@version@/@old address@ / nfs rw,hard,nolock,vers=3,tcp 0 0");
  }

  @Test
  void aKernelThatAGroupSelectsIsSeen() throws IOException {
    Version one = withRealtimeKernel(new Version("1.0"));
    Version two =
        withRealtimeKernel(new Version("2.0"))
            .descriptor("complete: {", "complete: { kernel: '*rt*',");
    Difference difference = compare(one, two);

    assertThat(difference.kernels())
        .extracting(k -> k.of() + " " + k.file() + " " + k.kind() + " " + k.after().orElse(""))
        .containsExactlyInAnyOrder(
            "group complete kernel added /boot/vmlinuz-6.1-rt",
            "group complete initramfs added /boot/initrd.img-6.1-rt");
    assertThat(difference.reboots())
        .singleElement()
        .satisfies(
            r -> {
              assertThat(r.reasons()).containsExactly("initramfs", "kernel");
              assertThat(r.nodes()).containsExactly("big1", "big2");
            });
  }

  private static Version withRealtimeKernel(Version version) {
    return version
        .image(Version.file("boot/vmlinuz-6.1-rt", 0644, "kernel 6.1-rt"))
        .image(Version.file("boot/initrd.img-6.1-rt", 0600, "initrd 6.1-rt"));
  }

  @Test
  void anotherCardIsAnotherFileOfTheSameNode() throws IOException {
    Version two = new Version("2.0").descriptor("52:54:00:00:02:00+", "52:54:00:00:02:80+");
    Difference difference = compare(new Version("1.0"), two);

    assertThat(difference.boot()).isEmpty();
    assertThat(difference.blocks().get(0).nodes()).containsExactly("big1", "big2");
    assertThat(difference.blocks().get(0).changes())
        .extracting(c -> c.kind() + " " + c.path())
        .containsExactly("changed boot/grub/grub.cfg-01-@mac@");
    // It is made of the MAC address.
    assertThat(change(difference, "/etc/machine-id").diff()).hasSize(3);
    assertThat(difference.reboots()).extracting(r -> r.reasons().get(0)).contains("MAC address");
  }

  @Test
  void aNodeThatCameOrWentIsNoChangeOfTheOthersBootEntries() throws IOException {
    Version two = new Version("2.0").descriptor("big[1-2]", "big[1-3]");
    Difference difference = compare(new Version("1.0"), two);

    assertThat(difference.added()).containsExactly("big3");
    assertThat(difference.boot()).isEmpty();
    assertThat(difference.blocks())
        .singleElement()
        .satisfies(
            b ->
                assertThat(b.changes())
                    .extracting(FileChange::path)
                    .containsOnly(
                        "/etc/diskless/hostfile",
                        "/etc/diskless/machinefile",
                        "/etc/hosts",
                        "/etc/ssh/ssh_config.d/diskless.conf"));
  }

  @Test
  void twoClustersAreNotCompared() throws IOException {
    ComparedVersion one = new Version("1.0").side(folder);
    ComparedVersion other =
        new Version("2.0").descriptor("cluster: lab", "cluster: farm").side(folder);

    assertThatThrownBy(() -> Comparison.of(one, other))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("belongs to cluster lab, but")
        .hasMessageContaining("choose two versions of the same cluster");
  }

  @Test
  void aDamagedBundleIsAProblemWhereverItIsCut() throws IOException {
    Version version = new Version("1.0").image(Version.file("etc/motd", 0644, "other\n"));
    byte[] bundle = Files.readAllBytes(version.write(folder, Compression.ZSTD));
    Path damaged = folder.resolve("damaged");
    for (int length = 0; length < bundle.length; length += 1 + bundle.length / 97) {
      Files.write(damaged, java.util.Arrays.copyOf(bundle, length));

      assertThatThrownBy(() -> ComparedVersion.ofBundle(damaged))
          .as("%d of %d bytes", length, bundle.length)
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("is damaged");
    }
    assertThatThrownBy(() -> ComparedVersion.ofBundle(folder.resolve("nothing")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("nothing does not exist");
  }

  @Test
  void aFlippedByteIsAProblemOrChangesNothing() throws IOException {
    ComparedVersion one = new Version("1.0").side(folder);
    Version two = new Version("2.0").image(Version.file("etc/motd", 0644, "other\n"));
    byte[] bundle = Files.readAllBytes(two.write(folder, Compression.ZSTD));
    String expected = JsonReport.of(Comparison.of(one, two.side(folder)));
    Path damaged = folder.resolve("damaged");
    int problems = 0;
    for (int at = 0; at < bundle.length; at += 1 + bundle.length / 199) {
      byte[] flipped = bundle.clone();
      flipped[at] ^= 0x10;
      Files.write(damaged, flipped);
      try {
        assertThat(JsonReport.of(Comparison.of(one, ComparedVersion.ofBundle(damaged))))
            .as("byte %d", at)
            .isEqualTo(expected);
      } catch (ProblemException e) {
        problems++;
      }
    }
    assertThat(problems).isPositive();
  }

  /** The master's folders, as the script in the bundle makes them; owners do not matter here. */
  private MasterHost activate(Version version) throws IOException {
    Path bundle = version.write(folder, Compression.ZSTD);
    Path lab = Files.createDirectories(folder.resolve("root/srv/diskless/lab"));
    Shell.Result result =
        Shell.run(
            lab,
            "mkdir -p releases/1.0 && zstd -dcq %s | tar -x --no-same-owner -C releases/1.0 && ln -s releases/1.0 active"
                .formatted(bundle));
    assertThat(result.exit()).as(result.output()).isZero();
    return new MasterHost(folder.resolve("root"), MasterHost.DIRECTORY, "lab");
  }

  @RequiresProgram({"tar", "zstd"})
  @Test
  void whatIsActiveIsReadWithoutItsBundle() throws IOException {
    Version one = new Version("1.0");
    Version two = new Version("2.0").image(Version.file("etc/motd", 0644, "other\n"));
    ComparedVersion active = ComparedVersion.ofActive(activate(one));

    assertThat(JsonReport.of(Comparison.of(active, two.side(folder))))
        .isEqualTo(JsonReport.of(compare(one, two)));
  }

  @RequiresProgram({"tar", "zstd"})
  @Test
  void aReleaseThatIsNotAsItsManifestSaysIsAProblem() throws IOException {
    MasterHost host = activate(new Version("1.0"));
    Version two = new Version("2.0").image(Version.file("etc/motd", 0644, "other\n"));
    Path motd = host.release("1.0").resolve("images/golden/etc/motd");
    Files.write(motd, "Debiam\n".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> Comparison.of(ComparedVersion.ofActive(host), two.side(folder)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("/images/golden/etc/motd differs from its digest in the manifest")
        .hasMessageContaining("activate it again");

    Files.delete(host.release("1.0").resolve("META-INF/diskless/manifest"));
    assertThatThrownBy(() -> ComparedVersion.ofActive(host))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("/META-INF/diskless/manifest is missing");
  }

  @Test
  void noActiveReleaseIsAProblem() {
    MasterHost host = new MasterHost(folder, MasterHost.DIRECTORY, "lab");

    assertThatThrownBy(() -> ComparedVersion.ofActive(host))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("no release of lab is active on this master")
        .hasMessageContaining("-Ddiskless.from=");
  }

  @Test
  void imagesThatNobodyAsksForAreNotRead() throws IOException {
    Version one = new Version("1.0");
    Version two = new Version("2.0");
    // Of zeros, so that the bytes that are spoilt below are its own.
    one.image(Version.file("usr/large", 0755, "x".repeat(300_000)));
    two.image(Version.file("usr/large", 0755, "x".repeat(300_000)));
    ComparedVersion old = one.side(folder);
    Path bundle = two.write(folder, Compression.ZSTD);
    ComparedVersion now = ComparedVersion.ofBundle(bundle);
    List<dev.diskless.archive.ZstdFrames.Frame> frames = dev.diskless.archive.ZstdFrames.of(bundle);
    byte[] bytes = Files.readAllBytes(bundle);
    // The checksum at the end of the image's frame: reading it all would find it wrong.
    bytes[(int) frames.get(1).end() - 1] ^= 1;
    Files.write(bundle, bytes);

    assertThat(Comparison.of(old, now).isEmpty()).isTrue();

    Version changed = new Version("1.0").image(Version.file("etc/motd", 0644, "before\n"));
    changed.image(Version.file("usr/large", 0755, "x".repeat(300_000)));
    ComparedVersion before = changed.side(folder);
    assertThatThrownBy(() -> Comparison.of(before, now))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("is damaged");
    assertThatThrownBy(() -> ComparedVersion.ofBundle(bundle))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("is damaged");
  }

  private static Version linked(String name, String first, String second) {
    Version version = new Version(name);
    for (String path : List.of("usr/a", "usr/b", "usr/c", "usr/d")) {
      Entry file = Version.file(path, 0644, "same");
      version.image(List.of(first, second).contains(path) ? file.withInode(1) : file);
    }
    return version;
  }

  @Test
  void hardLinksThatChangeAreTold() throws IOException {
    Difference difference =
        compare(linked("1.0", "usr/c", "usr/d"), linked("2.0", "usr/a", "usr/b"));

    assertThat(difference.blocks()).hasSize(1);
    assertThat(difference.blocks().get(0).nodes()).hasSize(100);
    assertThat(difference.blocks().get(0).changes())
        .extracting(c -> c.kind() + " " + c.path() + " " + c.details())
        .containsExactly(
            "changed /usr/a [now a hard link of /usr/b]",
            "changed /usr/b [now a hard link of /usr/a]",
            "changed /usr/c [no longer a hard link of /usr/d]",
            "changed /usr/d [no longer a hard link of /usr/c]");
    assertThat(TextReport.of(difference, 10, "diff.json"))
        .contains("  ~ /usr/a (now a hard link of /usr/b)");
    assertThat(JsonReport.of(difference)).contains("\"hardLinks\" : [ \"/usr/b\" ]");
    assertThat(compare(linked("1.0", "usr/c", "usr/d"), linked("1.1", "usr/c", "usr/d")).isEmpty())
        .isTrue();
  }

  @Test
  void aLayerThatReplacesANameBreaksTheLinkOfItsNodes() throws IOException {
    Version one = linked("1.0", "usr/a", "usr/b");
    one.own("nodes/node002").add(Version.file("usr/b", 0600, "own"));
    Version two = linked("2.0", "usr/a", "usr/b");
    two.own("nodes/node001").add(Version.file("usr/b", 0600, "own"));
    two.own("nodes/node002").add(Version.file("usr/b", 0600, "own"));
    two.own("groups/complete").add(Version.file("usr/a", 0600, "own"));
    Difference difference = compare(one, two);

    assertThat(difference.blocks())
        .extracting(
            b ->
                b.nodes()
                    + " "
                    + b.changes().stream()
                        .filter(c -> c.path().startsWith("/usr/"))
                        .map(c -> c.path() + " " + c.details())
                        .toList())
        .containsExactlyInAnyOrder(
            "[node001] [/usr/a [no longer a hard link of /usr/b], /usr/b [mode 0644 -> 0600, no longer a hard link of /usr/a]]",
            "[big1, big2] [/usr/a [mode 0644 -> 0600, no longer a hard link of /usr/b], /usr/b [no longer a hard link of /usr/a]]");
  }

  @Test
  void aFurtherNameThatCameIsToldOnce() throws IOException {
    Version one = linked("1.0", "usr/a", "usr/b");
    Version two = linked("2.0", "usr/a", "usr/b");
    two.image(Version.file("usr/e", 0644, "same").withInode(1));

    assertThat(compare(one, two).blocks().get(0).changes())
        .extracting(c -> c.kind() + " " + c.path() + " " + c.details())
        .containsExactly("added /usr/e [0644, hard link of /usr/a and of 1 more]");
  }

  @Test
  void hardLinksAreNotComparedWithABundleOfFormat1() throws IOException {
    Path old =
        Path.of(
            java.util.Objects.requireNonNull(
                    ComparisonTest.class.getResource("/dev/diskless/bundle/format-1.tar.zst"))
                .getPath());
    ComparedVersion one = ComparedVersion.ofBundle(old);
    assertThat(one.hasHardLinks()).isFalse();
    assertThat(Comparison.of(one, one).isEmpty()).isTrue();
    ComparedVersion two = linked("2.0", "usr/a", "usr/b").side(folder);
    assertThat(two.hasHardLinks()).isTrue();

    for (Difference difference : List.of(Comparison.of(one, two), Comparison.of(two, one))) {
      assertThat(JsonReport.of(difference)).doesNotContain("hard link").doesNotContain("hardLinks");
    }
  }

  @Test
  void capabilitiesAreToldAsGetcapDoes() {
    assertThat(Capabilities.text("AQAAAgAgAAAAAAAAAAAAAAAAAAA=")).isEqualTo("cap_net_raw=ep");
    assertThat(Capabilities.text("AAAAAgAEAAAAIAAAAAAAAAAAAAA="))
        .isEqualTo("cap_net_bind_service=p cap_net_raw=i");
    assertThat(Capabilities.text("AAAA")).isEqualTo("AAAA");
    assertThat(Capabilities.text("no base64!")).isEqualTo("no base64!");
  }

  @Test
  void packagesOfSeveralArchitecturesAreToldApart() {
    List<String> before = List.of("libc6\t1\tamd64", "libc6\t1\ti386", "old\t1\tall");
    List<String> after = List.of("libc6\t2\tamd64", "libc6\t1\ti386", "new\t1\tall");

    assertThat(PackageChange.of(before, after))
        .containsExactly(
            new PackageChange("libc6", Optional.of("1"), Optional.of("2")),
            new PackageChange("new", Optional.empty(), Optional.of("1")),
            new PackageChange("old", Optional.of("1"), Optional.empty()));
  }
}
