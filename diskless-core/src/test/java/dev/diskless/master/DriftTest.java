package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.problem.ProblemException;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a node did to its tree, by programs that do what a node would. */
@RequiresRoot("restoring owners")
class DriftTest {

  @TempDir private Path folder;
  private Path root;
  private Path tree;
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void install() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    Activation.run(
        new ActivationRequest(Versions.write(folder, "1.0"), root, false, false, false), said::add);
    tree = host().release("1.0").resolve("192.168.45.45");
  }

  @Test
  void aTreeThatWasNotTouchedHasNoDrift() throws IOException {
    Drift drift = drift(true);

    assertThat(drift.isEmpty()).as(drift.json()).isTrue();
    assertThat(drift.nodes()).isNotEmpty();
    assertThat(drift.lines()).first().asString().startsWith("release 1.0: 0 of ");
  }

  @Test
  void everyKindOfChangeIsSeenOnce() throws IOException {
    Shell.Result done =
        Shell.run(
            tree,
            """
            set -e
            echo more >>etc/version
            chmod 755 usr/bin/su
            chown 5:6 etc/motd
            rm -r boot
            mkdir -p var/spool/x tmp/y var/cache/z
            echo 1 >var/spool/x/a; echo 2 >var/spool/x/b; echo 3 >tmp/y/c
            ln -s elsewhere etc/link
            rm etc/hostname; mkdir etc/hostname
            touch usr/bin/perl
            printf prel >usr/bin/perl5.new; mv usr/bin/perl5.new usr/bin/perl5
            echo open >etc/.nfs0000000012345678abcd0001
            printf odd >"$(printf 'etc/new\\nline')"
            """);
    assertThat(done.exit()).as(done.output()).isZero();

    assertThat(drift(false).nodes().get(0).changes())
        .extracting(Change::toString)
        .containsExactly(
            "removed  /boot (and 2 below)",
            "changed  /etc/hostname (file -> directory)",
            "added    /etc/link",
            "changed  /etc/motd (owner 0:0 -> 5:6)",
            "added    /etc/new\\012line",
            "changed  /etc/version (content)",
            "changed  /usr/bin/perl (no longer a hard link of /usr/bin/perl5)",
            "changed  /usr/bin/perl5 (content, mode 0755 -> 0644, no longer a hard link of /usr/bin/perl)",
            "changed  /usr/bin/su (mode 04755 -> 0755)",
            "added    /var (and 4 below)");
  }

  @Test
  void hardLinksThatWereBrokenOrMadeAreSeen() throws IOException {
    Shell.Result done =
        Shell.run(
            tree,
            """
            set -e
            cp -p usr/bin/perl5 copy; mv copy usr/bin/perl5
            ln -f etc/version etc/issue.net
            ln usr/bin/su usr/bin/added
            cp -p boot/vmlinuz-6.1 boot/initrd.img-6.1; ln -f boot/vmlinuz-6.1 boot/initrd.img-6.1
            """);
    assertThat(done.exit()).as(done.output()).isZero();

    assertThat(drift(true).nodes().get(0).changes())
        .extracting(Change::toString)
        .containsExactly(
            "changed  /boot/initrd.img-6.1 (content, mode 0600 -> 0644, now a hard link of /boot/vmlinuz-6.1)",
            "changed  /boot/vmlinuz-6.1 (now a hard link of /boot/initrd.img-6.1)",
            "added    /etc/issue.net",
            "added    /usr/bin/added",
            "changed  /usr/bin/perl (no longer a hard link of /usr/bin/perl5)",
            "changed  /usr/bin/perl5 (no longer a hard link of /usr/bin/perl)");
  }

  /** As a release that a bundle of format 1 was installed as. */
  @Test
  void hardLinksAreNotComparedIfTheReleaseDoesNotRecordThem() throws IOException {
    Path meta = host().release("1.0").resolve("META-INF/diskless");
    Shell.Result done =
        Shell.run(
            meta,
            "sed -i 's/\"format\" : 2/\"format\" : 1/' bundle.json && sed -i 's/ hardlink=[^ ]*//' manifest");
    assertThat(done.exit()).as(done.output()).isZero();
    assertThat(drift(true).isEmpty()).isTrue();
    Shell.run(tree, "cp -p usr/bin/perl5 copy; mv copy usr/bin/perl5");

    assertThat(drift(true).isEmpty()).isTrue();
  }

  @Test
  void aReleaseWithoutItsBundleJsonIsAProblem() throws IOException {
    Files.delete(host().release("1.0").resolve("META-INF/diskless/bundle.json"));

    assertThatThrownBy(() -> drift(false))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("bundle.json of release 1.0 is missing or damaged");
  }

  @Test
  void onlyAThoroughLookFindsWhatKeptSizeAndTime() throws IOException {
    Shell.run(tree, "cp -p usr/bin/su ../ref; printf us >usr/bin/su; touch -r ../ref usr/bin/su");

    assertThat(drift(false).isEmpty()).isTrue();
    assertThat(drift(true).lines()).contains("    changed  /usr/bin/su (content)");
  }

  @Test
  void whatIsTheSameOnSeveralNodesIsToldOnce() {
    Change same = new Change(Change.Kind.CHANGED, "/etc/motd", "content");
    Change own = new Change(Change.Kind.ADDED, "/etc/own", "");
    Drift drift =
        new Drift(
            "lab",
            List.of(
                new NodeDrift("1.0", "n1", "10.0.0.1", List.of(same)),
                new NodeDrift("1.0", "n2", "10.0.0.2", List.of(same, own)),
                new NodeDrift("1.0", "n3", "10.0.0.3", List.of())));

    assertThat(drift.lines())
        .containsExactly(
            "release 1.0: 2 of 3 nodes changed something in their trees",
            "  on 2 nodes (n1, n2):",
            "    changed  /etc/motd (content)",
            "  on n2:",
            "    added    /etc/own");
    JsonNode json = JsonMapper.shared().readTree(drift.json());
    assertThat(json.path("trees").get(1).path("changes").get(0).path("path").asString())
        .isEqualTo("/etc/motd");
  }

  @Test
  void theOldTreeStaysWhenAnotherReleaseIsActivated() throws IOException {
    Files.writeString(tree.resolve("etc/note"), "written by the node");
    Activation.run(
        new ActivationRequest(Versions.write(folder, "2.0"), root, false, false, false), said::add);

    assertThat(tree.resolve("etc/note")).hasContent("written by the node");
    assertThat(said)
        .anyMatch(l -> l.contains("stays in their trees of release 1.0; mvn diskless:drift"));
    assertThat(drift(false).lines()).contains("    added    /etc/note");
  }

  @Test
  void aReleaseThatIsNotThere() {
    assertThatThrownBy(() -> Drift.of(host(), List.of("9"), List.of(), false))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("release 9 is not installed; choose one of 1.0");
  }

  private Drift drift(boolean thorough) throws IOException {
    return Drift.of(host(), List.of("1.0"), Drift.IGNORED, thorough);
  }

  private MasterHost host() {
    return new MasterHost(root, MasterHost.DIRECTORY, "lab");
  }
}
