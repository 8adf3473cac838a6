package dev.diskless.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.archive.Compression;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One bundle for several masters, installed by its script on each. */
@RequiresRoot("restoring owners and devices")
class MastersInstallTest {

  private static final String RELEASE = "srv/diskless/lab/releases/1.0/";

  @TempDir private Path folder;

  @BeforeEach
  void onlyAsRoot() throws IOException {
    SampleBundle.write(folder.resolve("b.tar.zst"), Compression.ZSTD, Clusters.labWithTwoMasters());
    Shell.run(folder, "zstd -dcq b.tar.zst | tar -xO META-INF/diskless/install > install");
  }

  @Test
  void theImageIsInTheBundleOnceAndEachMasterHasAFolder() throws IOException {
    assertThat(Shell.run(folder, "zstd -dcq b.tar.zst | tar -t").output())
        .containsOnlyOnce("images/golden/usr/bin/su\n")
        .contains(
            "META-INF/diskless/masters/rack1/trees\n",
            "masters/rack1/etc/dhcp/dhcpd.conf\n",
            "masters/rack2/etc/dhcp/dhcpd.conf\n",
            "boot/pxelinux.cfg/firstslave\n",
            "nodes/second/")
        .doesNotContain("\nmaster/", "META-INF/diskless/trees\n");
  }

  @Test
  void aMasterGetsItsOwnAndNothingOfTheOthers() throws IOException {
    Shell.Result first = install("rack1", "--master rack1 b.tar.zst");
    Shell.Result second = install("rack2", "--master=rack2 b.tar.zst");

    assertThat(first.output()).contains("active: 1.0");
    assertThat(first.exit()).isZero();
    assertThat(second.output()).contains("active: 1.0");
    assertThat(second.exit()).isZero();
    Path one = folder.resolve("rack1/" + RELEASE);
    Path two = folder.resolve("rack2/" + RELEASE);
    assertThat(folder.resolve("rack1/etc/dhcp/dhcpd.conf")).hasContent("# rack1");
    assertThat(folder.resolve("rack2/etc/dhcp/dhcpd.conf")).hasContent("# rack2");
    assertThat(Shell.run(one, "ls; ls nodes boot/pxelinux.cfg").output())
        .isEqualTo(
            "10.1.0.45\nMETA-INF\nboot\ngroups\nimages\nmaster\nnodes\n"
                + "boot/pxelinux.cfg:\n01-68-00-10-37-09-83\nfirstslave\n\nnodes:\nfirstslave\n");
    assertThat(Shell.run(two, "ls; ls nodes boot/pxelinux.cfg").output())
        .isEqualTo(
            "META-INF\nboot\ngroups\nimages\nmaster\nnodes\n"
                + "boot/pxelinux.cfg:\n01-68-00-10-37-09-83\nsecond\n\nnodes:\nsecond\n");
    assertThat(one.resolve("10.1.0.45/etc/hostname")).hasContent("firstslave");
    assertThat(one.resolve("META-INF/diskless/master")).hasContent("rack1");
    assertThat(one.resolve("META-INF/diskless/trees"))
        .hasContent("firstslave\t10.1.0.45\tfull\tgolden\tcompute");
    assertThat(two.resolve("META-INF/diskless/masters")).doesNotExist();
    assertThat(
            Shell.run(
                    folder,
                    "diff -r --no-dereference rack1/"
                        + RELEASE
                        + "images rack2/"
                        + RELEASE
                        + "images")
                .output())
        .doesNotContain("differ", "Only in");
  }

  @Test
  void theReleaseIsThatOfAClusterWhichIsNoMoreThanThisMastersPart() throws IOException {
    install("rack2", "--master rack2 b.tar.zst");
    SampleBundle.write(
        folder.resolve("part.tar.zst"),
        Compression.ZSTD,
        Clusters.labWithTwoMasters().perMaster().get(1));
    Shell.run(folder, "zstd -dcq part.tar.zst | tar -xO META-INF/diskless/install > install");
    install("part", "part.tar.zst");

    // Times of what the script itself makes are those of its making.
    String list =
        "find . -path ./META-INF -prune -o -path './boot/pxelinux.cfg*' -prune -o -path ./groups/compute -prune -o -path ./master/etc/dhcp -prune"
            + " -o -type f -printf '%p f %m %U %G %T@ %s\\n' -o -printf '%p %y %m %U %G %l\\n' | LC_ALL=C sort;"
            + " sha256sum images/golden/usr/bin/* groups/stateless/etc/motd nodes/second/etc/*";
    assertThat(Shell.run(folder.resolve("rack2/" + RELEASE), list).output())
        .isEqualTo(Shell.run(folder.resolve("part/" + RELEASE), list).output())
        .contains("nodes/second", "groups/stateless");
    assertThat(
            Shell.run(
                    folder.resolve("rack2/" + RELEASE),
                    "grep -c sha256digest META-INF/diskless/manifest; grep -e rack1 -e firstslave META-INF/diskless/manifest")
                .output())
        .doesNotContain("rack1", "firstslave");
  }

  @Test
  void theSameAgainIsInstalledAlreadyAndADryRunChangesNothing() throws IOException {
    Shell.Result dry = install("rack1", "--dry-run --master rack1 b.tar.zst");
    assertThat(dry.output())
        .contains("would write", "/etc/dhcp/dhcpd.conf, which is new", "would install");
    assertThat(folder.resolve("rack1/srv")).doesNotExist();

    install("rack1", "--master rack1 b.tar.zst");
    assertThat(install("rack1", "--master rack1 b.tar.zst").output())
        .contains("release 1.0 is installed already");
    assertThat(install("rack1", "--master rack2 b.tar.zst").output())
        .contains("release 1.0 is installed with other content");
  }

  @Test
  void theNextReleaseSharesWhatIsEqual() throws IOException {
    install("rack1", "--master rack1 b.tar.zst");
    Shell.run(
        folder,
        "cd rack1/srv/diskless/lab && mv releases/1.0 releases/0.9 && ln -sfn releases/0.9 active");

    Shell.Result next = install("rack1", "--master rack1 b.tar.zst");

    assertThat(next.output())
        .contains("files shared with 0.9")
        .doesNotContain("not as its manifest says");
    assertThat(next.exit()).isZero();
    assertThat(folder.resolve("rack1/" + RELEASE + "nodes/firstslave")).exists();
  }

  @Test
  void whatLiesInAMastersOwnPartIsRefusedThere() throws IOException {
    Shell.run(
        folder,
        "mkdir x && zstd -dcq b.tar.zst | tar -xp -C x && zstd -dcq b.tar.zst | tar --quoting-style=literal -t > list"
            + " && echo evil > x/masters/rack2/etc/dhcp/dhcpd.conf"
            + " && (cd x && tar -c --no-recursion --verbatim-files-from -T ../list) | zstd -q > lie.tar.zst");

    Shell.Result refused = install("rack2", "--master rack2 lie.tar.zst");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.output()).contains("master/etc/dhcp/dhcpd.conf: FAILED");
    assertThat(install("rack1", "--master rack1 lie.tar.zst").exit()).isZero();
  }

  @Test
  void aMasterThatIsNotKnownIsToldWithThoseThatAre() throws IOException {
    Shell.Result unknown = install("x", "--master rack3 b.tar.zst");
    assertThat(unknown.exit()).isNotZero();
    assertThat(unknown.output())
        .contains("the bundle has no master rack3. Its masters are:\n  rack1\n  rack2\n");

    Shell.Result nobody = as("somebody", "10.9.0.1", "--which-master b.tar.zst");
    assertThat(nobody.exit()).isNotZero();
    assertThat(nobody.output())
        .contains(
            "this machine, somebody, has neither the name nor an address of a master. Choose one with --master NAME:\n  rack1\n  rack2\n");

    Shell.Result both = as("rack1", "10.2.0.1", "--which-master b.tar.zst");
    assertThat(both.exit()).isNotZero();
    assertThat(both.output())
        .contains(
            "this machine may be rack1, by its name, or rack2, by its address 10.2.0.1. Choose one");
  }

  @Test
  void aMasterKnowsItselfByItsNameOrAddress() throws IOException {
    Shell.Result byName = as("rack2.lab.example", "10.9.0.1", "--destdir rack2 b.tar.zst");
    assertThat(byName.output()).contains("install: this machine is the master rack2, by its name");
    assertThat(byName.exit()).isZero();
    assertThat(folder.resolve("rack2/" + RELEASE + "nodes/second")).exists();

    Shell.Result byAddress = as("somebody", "10.1.0.1", "--which-master b.tar.zst");
    assertThat(byAddress.output())
        .isEqualTo("install: this machine is the master rack1, by its address 10.1.0.1\nrack1\n");
  }

  @Test
  void aBundleForOneMasterHasNoChoice() throws IOException {
    SampleBundle.write(folder.resolve("b.tar.zst"), Compression.ZSTD);
    Shell.run(folder, "zstd -dcq b.tar.zst | tar -xO META-INF/diskless/install > install");

    assertThat(install("x", "--master rack1 b.tar.zst").output())
        .contains("--master rack1: the bundle is for one master only");
    assertThat(Shell.run(folder, "python3 install --which-master b.tar.zst").output()).isEmpty();
  }

  private Shell.Result install(String destdir, String arguments) throws IOException {
    return Shell.run(
        folder, "python3 install --destdir " + destdir + " " + arguments + " || dash -c 'exit 1'");
  }

  /** On a machine of that name and address. */
  private Shell.Result as(String name, String address, String arguments) throws IOException {
    assumeTrue(
        Shell.run(folder, "unshare --uts --net true").exit() == 0,
        "NOT TESTED: another host's name and address need namespaces of their own");
    return Shell.run(
        folder,
        "unshare --uts --net dash -c 'hostname %s; ip address add %s/32 dev lo; exec python3 install %s'"
            .formatted(name, address, arguments));
  }
}
