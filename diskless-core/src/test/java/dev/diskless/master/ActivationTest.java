package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.model.Cluster;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Activates below a folder, with this machine's own checkers. */
@RequiresRoot("restoring owners")
class ActivationTest {

  @TempDir private Path folder;
  private Path root;
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void onlyAsRoot() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
  }

  @Test
  void installsChecksAndSwitches() throws IOException {
    activate("1.0");
    activate("2.0");

    assertThat(host().active()).contains("2.0");
    assertThat(host().releases()).containsExactly("1.0", "2.0");
    assertThat(root.resolve("tftpboot/boot/pxelinux.cfg/default")).hasContent("2.0");
    assertThat(root.resolve("etc/dhcp/dhcpd.conf")).hasContent("# 2.0\nauthoritative;\n");
    assertThat(root.resolve("etc/hosts")).doesNotExist();
    assertThat(said)
        .contains("wrote " + root + "/etc/dhcp/dhcpd.conf")
        .contains(
            "Skipped (trial run): restart tftpd-hpa, because in.tftpd reads its options"
                + " only at its start");
    assertThat(host().history())
        .extracting(HistoryEntry::action)
        .containsExactly("activate", "activate");
  }

  @RequiresProgram({"dhcpd", "exportfs"})
  @Test
  void theCheckersOfTheHostSeeTheFiles() throws IOException {
    activate("1.0");

    assertThat(said)
        .contains("checked with dhcpd -t -4 -cf /etc/dhcp/dhcpd.conf -lf /dev/null")
        .contains("checked with exportfs /etc/exports.d/diskless.exports");
  }

  @RequiresProgram("dhcpd")
  @Test
  void whatACheckerRefusesLeavesTheOldReleaseByteForByte() throws IOException {
    activate("1.0");
    String before = Versions.snapshot(root);
    Path bundle = Versions.write(folder, "2.0", "subnet 192.168.45.0 netmask nonsense { }\n", 0);

    assertThatThrownBy(() -> activate(bundle))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("dhcpd -t")
        .hasMessageContaining("dhcpd.conf line 2: expecting numeric value");
    assertThat(Versions.snapshot(root, "2.0")).isEqualTo(before);

    // It was never active, so that no node can have it: the mended one takes its place.
    activate("2.0");
    assertThat(host().active()).contains("2.0");
  }

  @Test
  void aDamagedBundleLeavesTheOldReleaseByteForByte() throws IOException {
    activate("1.0");
    String before = Versions.snapshot(root);
    byte[] bytes = Files.readAllBytes(Versions.write(folder, "2.0"));
    Path cut =
        Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(bytes, bytes.length - 100));
    bytes[bytes.length / 2] ^= 1;
    Path flipped = Files.write(folder.resolve("flipped"), bytes);
    Path empty = Files.createFile(folder.resolve("empty"));

    for (Path bundle : List.of(cut, flipped, empty, folder.resolve("none"))) {
      assertThatThrownBy(() -> activate(bundle)).isInstanceOf(ProblemException.class);
      assertThat(Versions.snapshot(root)).isEqualTo(before);
    }
  }

  @Test
  void sharesWhatIsEqualButNeverWhatANodeWrites() throws IOException {
    activate("1.0");
    activate("2.0");

    assertThat(inode("2.0", "images/golden/usr/bin/su"))
        .isEqualTo(inode("1.0", "images/golden/usr/bin/su"));
    assertThat(inode("2.0", "images/golden/etc/odd name = \\ #übung"))
        .as("a name that tar's list of exclusions cannot hold is unpacked")
        .isNotEqualTo(inode("1.0", "images/golden/etc/odd name = \\ #übung"));
    assertThat(inode("2.0", "groups/compute/etc/motd"))
        .isEqualTo(inode("1.0", "groups/compute/etc/motd"));
    assertThat(inode("2.0", "images/golden/etc/version"))
        .isNotEqualTo(inode("1.0", "images/golden/etc/version"));
    assertThat(inode("2.0", "192.168.45.45/usr/bin/su"))
        .isNotEqualTo(inode("1.0", "192.168.45.45/usr/bin/su"));
    assertThat(inode("2.0", "192.168.45.45/usr/bin/su"))
        .isNotEqualTo(inode("2.0", "images/golden/usr/bin/su"));
  }

  @RequiresProgram("mksquashfs")
  @Test
  void aCompressedImageOfTheSameFilesIsSharedUnlessItWasDamaged() throws IOException {
    Path bundle = Versions.write(folder, "2.0", Clusters.labWithEveryRoot(), List.of());
    activate(bundle);
    // A release before with the same image.
    String again =
        "cd root/srv/diskless/lab && mv releases/2.0 releases/1.9 && ln -sfn releases/1.9 active";
    assertThat(Shell.run(folder, again).exit()).isZero();
    activate(bundle);
    String squashed = "ram/golden/image.squashfs";
    assertThat(inode("2.0", squashed)).isEqualTo(inode("1.9", squashed));

    Files.writeString(host().release("2.0").resolve(squashed), "damage", StandardOpenOption.APPEND);
    assertThat(Shell.run(folder, "rm -rf root/srv/diskless/lab/releases/1.9; " + again).exit())
        .isZero();
    activate(bundle);
    assertThat(inode("2.0", squashed)).isNotEqualTo(inode("1.9", squashed));
    assertThat(Shell.run(host().release("2.0").resolve("ram/golden"), "sha256sum -c sum").exit())
        .isZero();

    Path changed = Versions.write(folder, "3.0", Clusters.labWithEveryRoot(), List.of());
    activate(changed);
    assertThat(inode("3.0", squashed)).isNotEqualTo(inode("2.0", squashed));
  }

  @Test
  void aSharedReleaseIsTheSameTreeAsOneInstalledAlone() throws IOException {
    activate("1.0");
    activate("2.0");
    Path alone = Files.createDirectory(folder.resolve("alone"));
    run(alone, folder.resolve("2.0.tar.zst"));

    assertThat(Versions.snapshot(root.resolve(Versions.BASE + "/releases/2.0")))
        .isEqualTo(Versions.snapshot(alone.resolve(Versions.BASE + "/releases/2.0")));
  }

  @Test
  void aNodeThatIsAboutToStartGetsTheKernelOfItsRelease() throws IOException {
    activate("1.0");
    activate("2.0");
    assertThat(inode("2.0", "boot/1.0/golden/vmlinuz"))
        .isEqualTo(inode("1.0", "boot/1.0/golden/vmlinuz"));
    activate("1.0");
    assertThat(inode("1.0", "boot/2.0/golden/vmlinuz"))
        .isEqualTo(inode("2.0", "boot/2.0/golden/vmlinuz"));
  }

  @Test
  void theScriptAloneMakesTheSameMaster() throws IOException {
    activate("1.0");
    Path alone = Files.createDirectory(folder.resolve("alone"));
    Versions.script(folder.resolve("1.0.tar.zst"));
    Shell.Result result = Shell.run(folder, "python3 install --destdir alone 1.0.tar.zst");

    assertThat(result.exit()).as(result.output()).isZero();
    for (String part :
        List.of("etc", "tftpboot", Versions.BASE + "/releases", Versions.BASE + "/active")) {
      assertThat(
              Versions.snapshot(alone.resolve(part).getParent())
                  .replaceAll("(?m)^.*(/host/|history).*\n", ""))
          .isEqualTo(
              Versions.snapshot(root.resolve(part).getParent())
                  .replaceAll("(?m)^.*(/host/|history).*\n", ""));
    }
  }

  @Test
  void aDamagedReleaseHandsNothingOn() throws IOException {
    activate("1.0");
    Path su = release("1.0").resolve("images/golden/usr/bin/su");
    Files.writeString(su, "longer than before");
    Path perl = release("1.0").resolve("images/golden/usr/bin/perl");
    // Same size and time: only its digest tells.
    Shell.run(
        folder, "cp -p '%1$s' ref; printf evil > '%1$s'; touch -r ref '%1$s'".formatted(perl));

    Activation.run(
        new ActivationRequest(Versions.write(folder, "2.0"), root, false, true, false), said::add);

    assertThat(release("2.0").resolve("images/golden/usr/bin/su")).hasContent("su");
    assertThat(release("2.0").resolve("images/golden/usr/bin/perl")).hasContent("perl");
    assertThat(said).anyMatch(l -> l.contains("are not as its manifest says"));
    assertThat(said).anyMatch(l -> l.contains("are damaged; they are taken from the bundle"));
  }

  @Test
  void whatTheAdminWroteIsKept() throws IOException {
    Path conf = root.resolve("etc/dhcp/dhcpd.conf");
    Files.createDirectories(conf.getParent());
    Files.writeString(conf, "# mine");
    activate("1.0");

    Path kept = root.resolve(Versions.BASE + "/host/kept/1/etc/dhcp/dhcpd.conf");
    assertThat(kept).hasContent("# mine");
    assertThat(said).anyMatch(l -> l.contains("is kept as " + kept));

    Files.writeString(conf, "# mine again");
    activate("2.0");
    assertThat(root.resolve(Versions.BASE + "/host/kept/2/etc/dhcp/dhcpd.conf"))
        .hasContent("# mine again");
    assertThat(kept).hasContent("# mine");
  }

  @Test
  void membersAreABlockOfHostsAndOtherLinesStay() throws IOException {
    Path hosts = Files.createDirectories(root.resolve("etc")).resolve("hosts");
    Files.writeString(hosts, "127.0.0.1 localhost\n# a comment\n");
    Shell.run(root, "chown 7:8 etc/hosts; chmod 640 etc/hosts");
    activate("1.0");
    String block =
        "# BEGIN diskless cluster lab\n192.168.45.1 master\n# END diskless cluster lab\n";
    assertThat(hosts).hasContent("127.0.0.1 localhost\n# a comment\n" + block);
    assertThat(Shell.run(root, "stat -c '%a %u %g' etc/hosts").output()).isEqualTo("640 7 8\n");
    assertThat(root.resolve("etc/hosts.diskless")).doesNotExist();

    // What others write before and after it stays, with each switch and each way back.
    Files.writeString(hosts, "10.0.0.1 first\n" + block.replace("master", "old") + "::1 last");
    activate("2.0");
    assertThat(hosts).hasContent("10.0.0.1 first\n::1 last\n");
    Files.writeString(hosts, "::1 last\n10.0.0.2 since\n");
    script("--undo");
    assertThat(hosts)
        .as("the block of before, and the lines of now")
        .hasContent("::1 last\n10.0.0.2 since\n" + block.replace("master", "old"));
    rollback(Optional.of("2.0"));
    assertThat(hosts).hasContent("::1 last\n10.0.0.2 since\n");
    rollback(Optional.of("1.0"));
    assertThat(hosts).hasContent("::1 last\n10.0.0.2 since\n" + block);
    assertThat(said).noneMatch(l -> l.contains("was not as diskless wrote it"));
    assertThat(Shell.run(root, "stat -c '%a %u %g' etc/hosts").output()).isEqualTo("640 7 8\n");
  }

  @Test
  void whatIsNoWholeBlockOrNoPlainFileIsLeftAlone() throws IOException {
    Path hosts = Files.createDirectories(root.resolve("etc")).resolve("hosts");
    String torn = "# BEGIN diskless cluster lab\n10.0.0.1 mine\n";
    Files.writeString(hosts, torn);
    activate("1.0");
    assertThat(hosts)
        .hasContent(
            torn
                + "# BEGIN diskless cluster lab\n192.168.45.1 master\n# END diskless cluster lab\n");
    activate("2.0");
    assertThat(hosts).hasContent(torn);

    Files.move(hosts, root.resolve("etc/elsewhere"));
    Files.createSymbolicLink(hosts, Path.of("elsewhere"));
    rollback(Optional.of("1.0"));
    assertThat(hosts).isSymbolicLink().hasContent(torn);
    assertThat(said).anyMatch(l -> l.contains("etc/hosts is not a plain file and was left alone"));
  }

  private void script(String action) throws IOException {
    String version = host().active().orElseThrow();
    Shell.Result result =
        Shell.run(
            folder,
            "python3 '%s/META-INF/diskless/install' --destdir root %s"
                .formatted(release(version), action));
    assertThat(result.exit()).as(result.output()).isZero();
  }

  @Test
  void exportsOfAllInstalledReleasesStay() throws IOException {
    activate("1.0");
    activate("2.0");

    assertThat(root.resolve("etc/exports.d/diskless.exports"))
        .hasContent(
            """
            # 2.0
            /home 192.168.45.45(rw,sync,no_subtree_check)
            /srv/diskless/lab/releases/2.0/192.168.45.45 192.168.45.45(rw,sync,no_subtree_check,no_root_squash)
            # Of release 1.0, for nodes that run it.
            /srv/diskless/lab/releases/1.0/192.168.45.45 192.168.45.45(rw,sync,no_subtree_check,no_root_squash)
            """);
  }

  /** As the template of ganesha.conf writes it. */
  private void ganesha(String version, String... pathsAndClients) throws IOException {
    StringBuilder text = new StringBuilder("# %s\n".formatted(version));
    for (int i = 0; i < pathsAndClients.length; i += 2) {
      text.append(
          """
          EXPORT { Export_Id = %d; Path = "%2$s"; Pseudo = "%2$s"; FSAL { Name = VFS; }
              CLIENT { Clients = %3$s; Access_Type = RW; Squash = Root_Squash; }
          }
          """
              .formatted(1 + i / 2, pathsAndClients[i], pathsAndClients[i + 1]));
    }
    Path file =
        root.resolve(Versions.BASE)
            .resolve("releases/" + version + "/master/etc/ganesha/ganesha.conf");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<String> shares() throws IOException {
    return Files.readAllLines(root.resolve("etc/ganesha/ganesha.conf")).stream()
        .map(
            l ->
                l.replaceAll("; (Pseudo|Access_Type) = .*", "")
                    .replaceAll("^(EXPORT|    CLIENT) .*? = ", ""))
        .filter(l -> !l.equals("}"))
        .toList();
  }

  @Test
  void ganeshaExportsAllInstalledReleasesAndAPathKeepsItsNumber() throws IOException {
    activate("1.0");
    activate("2.0");
    ganesha("1.0", "/home", "10.0.0.1", "/srv/1.0/a b", "10.0.0.1");
    ganesha("2.0", "/srv/2.0/tree", "10.0.0.2", "/home", "10.0.0.2");
    Rollback.run(host(), Optional.empty(), false, said::add);
    assertThat(shares())
        .containsExactly(
            "# 1.0",
            "1; Path = \"/home\"",
            "10.0.0.1",
            "10.0.0.2",
            "2; Path = \"/srv/1.0/a b\"",
            "10.0.0.1",
            "3; Path = \"/srv/2.0/tree\"",
            "10.0.0.2");
    Rollback.run(host(), Optional.of("2.0"), false, said::add);
    assertThat(shares())
        .containsExactly(
            "# 2.0",
            "3; Path = \"/srv/2.0/tree\"",
            "10.0.0.2",
            "1; Path = \"/home\"",
            "10.0.0.2",
            "10.0.0.1",
            "2; Path = \"/srv/1.0/a b\"",
            "10.0.0.1");
  }

  @Test
  void rollsBackToWhatWasReplaced() throws IOException {
    for (String version : List.of("1.0", "2.0", "3.0")) {
      activate(version);
    }
    // A clock that went backwards changes nothing.
    Path history = root.resolve(Versions.BASE + "/history");
    Files.writeString(history, Files.readString(history).replaceFirst("^\\d{4}", "2999"));

    rollback(Optional.empty());
    assertThat(host().active()).contains("2.0");
    rollback(Optional.empty());
    assertThat(host().active()).contains("1.0");
    assertThat(root.resolve("etc/dhcp/dhcpd.conf")).hasContent("# 1.0\nauthoritative;\n");
    assertThat(root.resolve("etc/hosts")).content().contains("\n192.168.45.1 master\n");
    assertThatThrownBy(() -> rollback(Optional.empty()))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("no release was active before 1.0. Installed releases: 1.0 2.0 3.0");
    rollback(Optional.of("3.0"));
    assertThat(host().active()).contains("3.0");
    assertThatThrownBy(() -> rollback(Optional.of("4.0")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("release 4.0 is not installed. Installed releases: 1.0 2.0 3.0");
    assertThat(host().history())
        .extracting(HistoryEntry::action)
        .containsExactly("activate", "activate", "activate", "rollback", "rollback", "rollback");
  }

  @Test
  void aDryRunDoesNothing() throws IOException {
    activate("1.0");
    String before = Versions.snapshot(root);
    said.clear();
    Activation.plan(
        new ActivationRequest(Versions.write(folder, "2.0"), root, false, false, true), said::add);
    Rollback.plan(host(), Optional.of("1.0"), said::add);

    assertThat(Versions.snapshot(root)).isEqualTo(before);
    assertThat(said)
        .anyMatch(l -> l.startsWith("would install " + release("2.0")))
        .contains("would write " + root + "/etc/dhcp/dhcpd.conf")
        .contains("would remove " + root + "/etc/hosts, which contains nothing else")
        .contains("would check with dhcpd -t -4 -cf /etc/dhcp/dhcpd.conf -lf /dev/null")
        .anyMatch(l -> l.startsWith("would restart isc-dhcp-server, because "));
  }

  @Test
  void aDryRunOnAnEmptyMasterMakesNoDirectory() throws IOException {
    Activation.plan(
        new ActivationRequest(Versions.write(folder, "1.0"), root, false, false, false), said::add);

    assertThat(root).isEmptyDirectory();
  }

  @Test
  void twoAtOnceAreOneTooMany() throws IOException {
    activate("1.0");
    String before = Versions.snapshot(root);
    Path bundle = Versions.write(folder, "2.0");
    try (Session session = Session.of(host())) {
      assertThat(session.arguments()).containsExactly("--locked");
      assertThatThrownBy(() -> activate(bundle))
          .isInstanceOf(ProblemException.class)
          .hasMessageMatching(
              "(?s).*another activation of lab is running: process \\d+ of user \\S+: .*flock"
                  + " .* holds .*/\\.session.*");
      assertThat(Shell.run(root, "stat -c %a " + Versions.BASE + "/.session").output())
          .isEqualTo("600\n");
      Versions.script(bundle);
      assertThat(Shell.run(folder, "python3 install --destdir root 2.0.tar.zst").output())
          .contains("another activation is running");
    }
    assertThat(Versions.snapshot(root)).isEqualTo(before);
    activate(bundle);
  }

  @Test
  void aMasterServesOneCluster() throws IOException {
    activate("1.0");
    Cluster other = Clusters.named(Clusters.lab(), "other", "2.0");
    Path bundle = Versions.write(folder, "2.0", other, List.of());
    assertThatThrownBy(() -> activate(bundle))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("this machine is the master of the cluster lab, and serves one");
    assertThat(root.resolve("tftpboot")).isSymbolicLink();
    assertThat(Files.readSymbolicLink(root.resolve("tftpboot")).toString()).contains("lab/active");
    assertThat(root.resolve("srv/diskless/other/active")).doesNotExist();

    Files.delete(root.resolve("srv/diskless/lab/active"));
    activate(bundle);
    assertThat(Files.readSymbolicLink(root.resolve("tftpboot")).toString())
        .contains("other/active");
  }

  @Test
  void aServiceThatFailsBringsTheOldReleaseBack() throws IOException {
    Path conf = root.resolve("etc/dhcp/dhcpd.conf");
    Files.createDirectories(conf.getParent());
    Files.writeString(conf, "# mine");
    Path systemctl =
        systemctl(
            "[ \"$1 $2\" != 'restart isc-dhcp-server' ] || { echo 'no such interface'; exit 1; }");
    String before = Versions.snapshot(root);

    assertThatThrownBy(() -> activate(Versions.write(folder, "1.0"), systemctl))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("service isc-dhcp-server failed: no such interface")
        .hasMessageContaining("no release is active, as before");
    assertThat(host().active()).isEmpty();
    assertThat(Versions.snapshot(root).lines().filter(l -> !l.contains("srv")).toList())
        .isEqualTo(before.lines().filter(l -> !l.contains("srv")).toList());

    activate("1.0");
    before = Versions.snapshot(root);
    assertThatThrownBy(() -> activate(Versions.write(folder, "2.0"), systemctl))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("release 1.0 is active again");
    assertThat(host().active()).contains("1.0");
    assertThat(served(Versions.snapshot(root, "2.0"))).isEqualTo(served(before));
    assertThat(host().history())
        .extracting(HistoryEntry::action)
        .endsWith("activate", "activate", "undo");
    assertThat(Files.readAllLines(folder.resolve("calls")))
        .contains("reload-or-restart nfs-server", "restart tftpd-hpa");
  }

  @Test
  void aServiceThatEndsSoonAfterItsStartFailedToo() throws IOException {
    activate("1.0");
    Path systemctl =
        systemctl(
            """
            case "$1 $2" in
                'restart isc-dhcp-server') date +%%s >'%1$s/started' ;;
                'is-active isc-dhcp-server') [ $(date +%%s) -le $(cat '%1$s/started') ] || { echo failed; exit 3; } ;;
            esac
            """
                .formatted(folder));

    assertThatThrownBy(() -> activate(Versions.write(folder, "2.0"), systemctl))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("service isc-dhcp-server failed: failed")
        .hasMessageContaining("release 1.0 is active again");
    assertThat(host().active()).contains("1.0");
  }

  private static List<String> served(String snapshot) {
    return snapshot
        .lines()
        .filter(l -> !l.contains("/host") && !l.contains("/history") && !l.contains("/active "))
        .toList();
  }

  @Test
  void servicesThatTheHostLacksAreTold() throws IOException {
    activate(Versions.write(folder, "1.0"), systemctl("[ \"$1\" != cat ]"));

    assertThat(said)
        .contains(
            "Skipped: this machine has no service isc-dhcp-server, although the release has"
                + " files for it");
  }

  private Path systemctl(String body) throws IOException {
    Path program = folder.resolve("systemctl");
    Files.writeString(program, "#!/bin/sh\necho \"$*\" >>'" + folder + "/calls'\n" + body + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  private void activate(String version) throws IOException {
    activate(Versions.write(folder, version));
  }

  private void activate(Path bundle) throws IOException {
    run(root, bundle);
  }

  private void activate(Path bundle, Path systemctl) throws IOException {
    Activation.run(
        new ActivationRequest(bundle, root, false, false, true),
        new Services(systemctl.toString(), said::add),
        said::add);
  }

  private void run(Path where, Path bundle) throws IOException {
    Activation.run(new ActivationRequest(bundle, where, false, false, false), said::add);
  }

  private void rollback(Optional<String> version) throws IOException {
    Rollback.run(host(), version, false, said::add);
  }

  private MasterHost host() {
    return new MasterHost(root, MasterHost.DIRECTORY, "lab");
  }

  private Path release(String version) {
    return host().release(version);
  }

  private Object inode(String version, String path) throws IOException {
    return Files.getAttribute(
        release(version).resolve(path), "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }
}
