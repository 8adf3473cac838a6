package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Keeping;
import dev.diskless.model.Owner;
import dev.diskless.model.Profile;
import dev.diskless.model.RootMode;
import dev.diskless.model.Secret;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What outlives releases: state, secrets, host keys; with a node of every root mode. */
@RequiresRoot("restoring owners")
@RequiresProgram({"ssh-keygen", "mksquashfs"})
class KeptTest {

  private static final Secret MUNGE =
      new Secret(
          "/etc/munge/munge.key",
          Secret.Scope.CLUSTER,
          Secret.Origin.RANDOM,
          new Owner.Name("munge"),
          new Owner.Id(7),
          0400);

  private static final Secret TOKEN =
      new Secret(
          "/root/token", Secret.Scope.NODE, Secret.Origin.RANDOM, Owner.ROOT, Owner.ROOT, 0600);

  private static final Secret GIVEN =
      new Secret(
          "/etc/given", Secret.Scope.CLUSTER, Secret.Origin.GIVEN, Owner.ROOT, Owner.ROOT, 0600);

  private static final Keeping KEEPING =
      new Keeping(List.of("/var/lib/app", "/etc/issue", "/srv/data"), List.of(MUNGE, TOKEN));

  @TempDir private Path folder;
  private Path root;
  private Path base;
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void onlyAsRoot() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    base = root.resolve(Versions.BASE);
  }

  @Test
  void everyNodeHasItsOwnHostKeysInEveryRelease() throws IOException {
    activate("1.0", KEEPING);
    Map<String, String> first = new LinkedHashMap<>();
    for (String node : List.of("firstslave", "second", "third", "fourth")) {
      first.put(node, Files.readString(key("1.0", node)));
      assertThat(Shell.run(folder, "stat -c '%a %U' " + key("1.0", node)).output())
          .isEqualTo("600 root\n");
      assertThat(Shell.run(folder, "ssh-keygen -y -f " + key("1.0", node)).output())
          .isEqualTo(Files.readString(Path.of(key("1.0", node) + ".pub")));
      assertThat(Files.readString(base.resolve("state/known_hosts")))
          .contains("\n" + node + ",192.168.45.")
          .contains(Files.readString(Path.of(key("1.0", node) + ".pub")).split(" ")[1]);
    }
    assertThat(Set.copyOf(first.values())).hasSize(4);
    activate("2.0", KEEPING);
    for (String node : first.keySet()) {
      assertThat(key("2.0", node)).hasContent(first.get(node));
    }
    // full and shared see it in their own trees, overlay and ram in their layers.
    for (String address : List.of("192.168.45.45", "192.168.45.47")) {
      assertThat(release("2.0").resolve(address + "/etc/ssh/ssh_host_ed25519_key")).exists();
    }
    assertThat(
            Shell.run(release("2.0").resolve("nodes/second"), "stat -c '%a %u' etc etc/ssh")
                .output())
        .as("overlayfs takes these from the uppermost layer")
        .isEqualTo("755 0\n750 0\n");
    assertThat(said).noneMatch(l -> l.contains("PRIVATE KEY"));
  }

  @Test
  void aNodeThatMadeItsOwnHostKeysKeepsThem() throws IOException {
    activate("1.0", Keeping.NOTHING);
    // As a release is that knows nothing of host keys.
    Shell.run(folder, "rm -r '" + base + "/state' '" + release("1.0") + "/META-INF/diskless/kept'");
    Path own = release("1.0").resolve("192.168.45.45/etc/ssh/ssh_host_ed25519_key");
    Shell.run(folder, "rm '%1$s'*; ssh-keygen -q -t ed25519 -N '' -f '%1$s'".formatted(own));
    String made = Files.readString(own);
    activate("2.0", Keeping.NOTHING);
    assertThat(key("2.0", "firstslave")).hasContent(made);

    // Those that the master keeps are changed by removing them there.
    Shell.run(folder, "rm -r '" + base + "/state/firstslave/secret/etc/ssh'");
    activate("3.0", Keeping.NOTHING);
    assertThat(key("3.0", "firstslave")).content().isNotEqualTo(made);
  }

  @Test
  void membersLetEachOtherInByOneKey() throws IOException {
    Files.createDirectories(root.resolve("etc/ssh"));
    Files.writeString(
        root.resolve("etc/ssh/ssh_host_ed25519_key.pub"), "ssh-ed25519 AAAAmaster root@host\n");
    activate("1.0", Keeping.NOTHING);

    Path key = base.resolve("secret/etc/ssh/members_key");
    assertThat(Shell.run(folder, "stat -c '%a %u' " + key).output()).isEqualTo("600 0\n");
    String half = Shell.run(folder, "ssh-keygen -y -f " + key).output();
    List<String> trees =
        List.of(
            "192.168.45.45",
            "192.168.45.47",
            "groups/compute",
            "groups/shared",
            "groups/stateless",
            "groups/memory");
    for (String tree : trees) {
      Path ssh = release("1.0").resolve(tree).resolve("etc/ssh");
      assertThat(ssh.resolve("members_key")).hasSameBinaryContentAs(key);
      assertThat(ssh.resolve("members/root")).hasContent(half.strip());
      assertThat(
              Shell.run(ssh, "stat -c '%a %u' . members members/root members_key ssh_known_hosts")
                  .output())
          .isEqualTo("750 0\n755 0\n644 0\n600 0\n644 0\n");
      assertThat(Files.readAllLines(ssh.resolve("ssh_known_hosts")))
          .hasSize(5)
          .contains("master,192.168.45.1 ssh-ed25519 AAAAmaster")
          .anyMatch(l -> l.startsWith("second,192.168.45.46 ssh-ed25519 "));
    }
    assertThat(release("1.0").resolve("nodes/second/etc/ssh/members_key")).doesNotExist();

    // It is made once, and whoever has one gives it.
    Shell.run(folder, "rm %1$s; ssh-keygen -q -t ed25519 -N '' -f %1$s".formatted(key));
    activate("2.0", Keeping.NOTHING);
    assertThat(release("2.0").resolve("groups/memory/etc/ssh/members_key"))
        .hasSameBinaryContentAs(key)
        .content()
        .isNotEqualTo(
            Files.readString(release("1.0").resolve("groups/memory/etc/ssh/members_key")));

    Files.writeString(key, "no key");
    assertThatThrownBy(() -> activate("3.0", Keeping.NOTHING))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("members_key is not a private key without a passphrase");
    assertThat(release("3.0")).doesNotExist();
  }

  @Test
  void aGroupNeedNotHaveTheKeyOfMembers() throws IOException {
    Cluster cluster = Clusters.labWithEveryRoot();
    Cluster without =
        Clusters.withGroups(cluster, g -> g.toBuilder().membersKey(!isRam(g)).build());
    activate(bundle("1.0", without));

    assertThat(release("1.0").resolve("groups/stateless/etc/ssh/members_key")).exists();
    assertThat(release("1.0").resolve("groups/memory/etc/ssh/members_key")).doesNotExist();
    assertThat(release("1.0").resolve("groups/memory/etc/ssh/members")).doesNotExist();
  }

  private static boolean isRam(Group group) {
    return group.root() == RootMode.RAM;
  }

  @Test
  void secretsAreInTheTreesAndNowhereInTheBundle() throws IOException {
    activate("1.0", KEEPING);
    Path munge = base.resolve("secret/etc/munge/munge.key");

    assertThat(Files.readString(munge)).matches("[0-9a-f]{128}\n");
    assertThat(
            Shell.run(base, "stat -c '%a %u %n' secret secret/etc/munge/munge.key state").output())
        .isEqualTo("700 0 secret\n600 0 secret/etc/munge/munge.key\n700 0 state\n");
    for (String tree : List.of("192.168.45.45", "nodes/second", "192.168.45.47", "nodes/fourth")) {
      assertThat(release("1.0").resolve(tree + "/etc/munge/munge.key"))
          .hasSameBinaryContentAs(munge);
      assertThat(
              Shell.run(release("1.0"), "stat -c '%a %u %g' " + tree + "/etc/munge/munge.key")
                  .output())
          .isEqualTo("400 123 7\n");
    }
    assertThat(Files.readString(release("1.0").resolve("nodes/second/root/token")))
        .isNotEqualTo(Files.readString(release("1.0").resolve("nodes/fourth/root/token")));
    // Byte for byte: nothing that the bundle unpacks to, nothing below the root of TFTP and HTTP,
    // nothing of what was said.
    Shell.run(folder, "mkdir unpacked && zstd -dcq 1.0.tar.zst | tar -x -C unpacked");
    List<String> secrets = new ArrayList<>();
    secrets.add(Files.readString(munge).strip());
    secrets.add(Files.readString(release("1.0").resolve("nodes/second/root/token")).strip());
    secrets.add(Files.readAllLines(key("1.0", "second")).get(1));
    for (String secret : secrets) {
      Files.writeString(folder.resolve("secret"), secret);
      assertThat(Shell.run(folder, "grep -rlF -f secret unpacked root/tftpboot/boot/").output())
          .isEmpty();
      assertThat(Shell.run(folder, "grep -rlF -f secret root/srv").output())
          .contains("root/srv/diskless/lab/releases/1.0/nodes/second/");
      assertThat(said).noneMatch(l -> l.contains(secret));
    }
    assertThat(Shell.run(root, "find tftpboot/boot/ -type l").output()).isEmpty();
    activate("2.0", KEEPING);
    assertThat(release("2.0").resolve("192.168.45.45/etc/munge/munge.key"))
        .hasSameBinaryContentAs(munge);
  }

  @Test
  void whatIsToBeGivenIsAskedForBeforeAnythingIsInstalled() throws IOException {
    Keeping keeping = new Keeping(List.of(), List.of(GIVEN));
    assertThatThrownBy(() -> activate("1.0", keeping))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("secrets are missing");
    assertThat(said).contains("  " + base.resolve("secret/etc/given"));
    assertThat(host().releases()).isEmpty();
    Shell.run(
        base, "mkdir -p secret/etc && echo given >secret/etc/given && chmod 600 secret/etc/given");
    activate("1.0", keeping);

    assertThat(release("1.0").resolve("nodes/second/etc/given")).hasContent("given\n");
  }

  @Test
  void aSecretOfTheMasterIsAsItIsThereAtEachRelease() throws IOException {
    Keeping keeping = new Keeping(List.of(), Profile.SLURM.secrets());
    assertThatThrownBy(() -> activate("1.0", keeping))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("secrets are missing");
    assertThat(said).contains("  " + root.resolve("etc/munge/munge.key"));
    Shell.run(root, "mkdir -p etc/munge && echo first >etc/munge/munge.key");
    activate("1.0", keeping);
    Shell.run(root, "echo second >etc/munge/munge.key");
    activate("1.1", keeping);

    Path key = Path.of("nodes/second/etc/munge/munge.key");
    assertThat(release("1.0").resolve(key)).hasContent("first\n");
    assertThat(release("1.1").resolve(key)).hasContent("second\n");
    assertThat(Shell.run(release("1.1"), "stat -c '%a %u %g' " + key).output())
        .isEqualTo("400 123 124\n");
    assertThat(Shell.run(base, "find secret -type f").output())
        .isEqualTo("secret/etc/ssh/members_key\n");
  }

  @Test
  void theFirstContentOfStateIsThatOfTheTree() throws IOException {
    activate("1.0", KEEPING);

    for (String node : List.of("firstslave", "second", "third", "fourth")) {
      Path paths = base.resolve("state/" + node + "/paths");
      assertThat(paths.resolve("var/lib/app/db")).hasContent("of the image");
      // The group's layer deletes it: then there is an empty directory.
      assertThat(paths.resolve("etc/issue")).isEmptyDirectory();
      assertThat(paths.resolve("srv/data")).isEmptyDirectory();
      assertThat(Shell.run(paths, "stat -c '%a %u' var/lib/app").output()).isEqualTo("700 9\n");
    }
  }

  @Test
  void noReleaseTouchesStateAgain() throws IOException {
    activate("1.0", KEEPING);
    Path paths = base.resolve("state/firstslave/paths");
    Shell.run(paths, "echo written >var/lib/app/db; rm -r srv/data; echo more >var/lib/app/more");
    String before = Versions.snapshot(base.resolve("state"));
    activate("2.0", KEEPING);
    Rollback.run(host(), Optional.empty(), false, said::add);
    activate("2.0", KEEPING);
    activate("3.0", KEEPING);
    activate("4.0", KEEPING);
    Shell.Result removed =
        Shell.run(
            folder,
            "python3 %s/META-INF/diskless/install --destdir root --remove 1.0 2.0"
                .formatted(release("4.0")));

    assertThat(removed.exit()).as(removed.output()).isZero();
    assertThat(Versions.snapshot(base.resolve("state"))).isEqualTo(before);
  }

  @Test
  void whatANodeHasWrittenSoFarBecomesItsState() throws IOException {
    activate("1.0", Keeping.NOTHING);
    Files.writeString(release("1.0").resolve("192.168.45.45/var/lib/app/db"), "written");
    activate("2.0", KEEPING);

    assertThat(base.resolve("state/firstslave/paths/var/lib/app/db")).hasContent("written");
    assertThat(base.resolve("state/second/paths/var/lib/app/db")).hasContent("of the image");
  }

  @Test
  void aPathAboveOneThatIsKeptAddsWhatIsMissing() throws IOException {
    activate("1.0", new Keeping(List.of("/var/lib/app/deep"), List.of()));
    Files.writeString(base.resolve("state/second/paths/var/lib/app/deep/file"), "written");
    activate("2.0", new Keeping(List.of("/var/lib/app"), List.of()));

    assertThat(base.resolve("state/second/paths/var/lib/app/deep/file")).hasContent("written");
    assertThat(base.resolve("state/second/paths/var/lib/app/db")).hasContent("of the image");
  }

  @RequiresProgram("setsid")
  @Test
  void anInstallationKilledAtAnyStepLeavesSecretsAndStateWhole() throws IOException {
    Versions.script(bundle("1.0", KEEPING));
    String install = "install --destdir root --no-switch 1.0.tar.zst";
    Shell.run(folder, "mkdir root; " + FaultSteps.ending("count", 0, "count") + " " + install);
    int steps = Integer.parseInt(Files.readString(folder.resolve("count")).strip());
    assertThat(steps).isGreaterThan(30);
    // All steps of one node are those of the next, so not each of each.
    int apart =
        switch (FaultSteps.asked()) {
          case SOME -> 8;
          case EACH -> 3;
          case ALL -> 1;
        };
    for (int at : FaultSteps.every(apart, 1, steps)) {
      Shell.run(
          folder,
          "rm -rf root; mkdir root; setsid -w "
              + FaultSteps.ending("kill", at, "count")
              + " "
              + install);
      Shell.run(folder, "flock -w 20 root/" + Versions.BASE + "/.session true");
      Shell.Result again = Shell.run(folder, "python3 " + install);
      String what = "killed at " + at + " of " + steps + ": " + again.output();
      assertThat(again.exit()).as(what).isZero();
      assertThat(base.resolve("secret/etc/munge/munge.key"))
          .content()
          .as(what)
          .matches("[0-9a-f]{128}\n");
      for (String node : List.of("firstslave", "second", "third", "fourth")) {
        assertThat(Shell.run(folder, "ssh-keygen -y -f " + key("1.0", node)).output())
            .as(what)
            .isEqualTo(Files.readString(Path.of(key("1.0", node) + ".pub")));
        assertThat(base.resolve("state/" + node + "/paths/var/lib/app/deep/file"))
            .as(what)
            .hasContent("of the image");
      }
      assertThat(Shell.run(base, "find state -name '.work*'; wc -l <state/known_hosts").output())
          .as(what)
          .isEqualTo("8\n");
    }
  }

  @Test
  void secretsAreNoDrift() throws IOException {
    activate("1.0", KEEPING);

    Drift drift = Drift.of(host(), List.of("1.0"), List.of(), true);
    assertThat(drift.isEmpty()).as(drift.json()).isTrue();
  }

  private void activate(String version, Keeping keeping) throws IOException {
    activate(bundle(version, keeping));
  }

  private void activate(Path bundle) throws IOException {
    Activation.run(new ActivationRequest(bundle, root, false, false, false), said::add);
  }

  private Path bundle(String version, Keeping keeping) throws IOException {
    return bundle(version, keeping(Clusters.labWithEveryRoot(), keeping));
  }

  private Path bundle(String version, Cluster cluster) throws IOException {
    List<Entry> more =
        List.of(
            Versions.file("usr/sbin/sshd", 0755, "sshd"),
            Versions.file("etc/ssh/sshd_config", 0644, ""),
            Versions.directory("etc/ssh", 0750, 0),
            Versions.file("etc/passwd", 0644, "root:x:0:0::/root:/bin/sh\nmunge:x:123:124::/:\n"),
            Versions.file("etc/group", 0644, "root:x:0:\nmunge:x:124:\n"),
            Versions.directory("var/lib/app", 0700, 9),
            Versions.file("var/lib/app/db", 0640, "of the image"),
            Versions.file("var/lib/app/deep/file", 0640, "of the image"),
            Versions.directory("tmp", 01777, 0),
            Versions.directory("root", 0700, 0));
    return Versions.write(folder, version, cluster, more);
  }

  static Cluster keeping(Cluster cluster, Keeping keeping) {
    return Clusters.withGroups(cluster, g -> g.toBuilder().keeping(keeping).build());
  }

  private Path key(String version, String node) {
    return release(version).resolve("nodes/" + node + "/etc/ssh/ssh_host_ed25519_key");
  }

  private Path release(String version) {
    return host().release(version);
  }

  private MasterHost host() {
    return new MasterHost(root, MasterHost.DIRECTORY, "lab");
  }
}
