package dev.diskless.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.archive.Compression;
import dev.diskless.diff.Version;
import dev.diskless.fleet.Fleet;
import dev.diskless.host.Progress;
import dev.diskless.master.Activation;
import dev.diskless.master.ActivationRequest;
import dev.diskless.master.Drift;
import dev.diskless.master.InstalledCluster;
import dev.diskless.master.MasterHost;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refreshes root file systems on this machine, from releases that are really installed. */
@RequiresRoot("mounting the root file systems of nodes")
class RefreshTest {

  @TempDir private Path folder;
  private Path root;
  private NodeRoots roots;
  private Node overlay;
  private Node full;

  @BeforeEach
  void install() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    roots = new NodeRoots(folder.resolve("nodes"));
    Version first = bootable(new Version("1.0"));
    first.own("groups/compute").add(Version.file("etc/app.conf", 0644, "threads = 2\n"));
    first.own("groups/complete").add(Version.file("etc/app.conf", 0644, "threads = 2\n"));
    first.own("nodes/node001").add(Version.file("etc/old/own", 0600, "old\n"));
    activate(first);
    overlay = node("node001");
    full = node("big1");
    roots.boot(host(), "1.0", overlay);
    roots.boot(host(), "1.0", full);
    Version second =
        bootable(new Version("1.1"))
            .descriptor(
                "nodes:\n",
                "nodes:\n  - { name: new, mac: '52:54:00:00:03:00', address: 10.1.3.1, group:"
                    + " compute }\n")
            .image(Version.file("usr/bin/tool", 0755, "of the new image"));
    second.own("groups/compute").add(Version.file("etc/app.conf", 0640, "threads = 4\n"));
    second.own("groups/complete").add(Version.file("etc/app.conf", 0640, "threads = 4\n"));
    second.own("nodes/node001").add(Version.file("etc/new/deep/own file", 0600, "new\n"));
    second.own("nodes/node001").add(link("etc/link", "new/deep"));
    second.own("nodes/node001").delete(TreePath.of("etc/motd"));
    activate(second);
  }

  /** An image in whose trees programs of this machine can run. */
  private static Version bootable(Version version) {
    for (String directory : List.of("proc", "dev", "run", "tmp")) {
      version.image(
          Entry.directory(TreePath.of(directory), Metadata.root(0755, Version.TIME), "image"));
    }
    for (String name : List.of("bin", "sbin", "lib", "lib64")) {
      version.image(link(name, "usr/" + name));
    }
    return version;
  }

  private static Entry link(String path, String target) {
    return Entry.symlink(TreePath.of(path), Metadata.root(0777, Version.TIME), target, "test");
  }

  private void activate(Version version) throws IOException {
    Path bundle = version.write(folder.resolve("bundles"), Compression.ZSTD);
    Activation.run(new ActivationRequest(bundle, root, false, false, false), Progress.SILENT);
  }

  private MasterHost host() {
    return new MasterHost(root, MasterHost.DIRECTORY, "lab");
  }

  private Node node(String name) throws IOException {
    return InstalledCluster.of(host(), "1.0").nodes().stream()
        .filter(n -> n.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private RefreshReport refresh(boolean isOverwriting, boolean isDryRun) throws IOException {
    Fleet fleet = new Fleet(roots.ssh(host()), 4, Progress.SILENT);
    return new Refresh(host(), fleet, isOverwriting, isDryRun).run(List.of(overlay, full));
  }

  private void refreshed() throws IOException {
    assertThat(refresh(false, false).problems()).isEmpty();
  }

  @Test
  void runningNodesGetAllFilesOfTheirLayers() throws IOException {
    RefreshReport report = refresh(false, false);

    assertThat(report.problems()).isEmpty();
    assertThat(report.lines())
        .contains("node001:", "big1:", "  changes after a reboot: 2 paths", "    /usr/bin/tool")
        .contains("    /etc/app.conf", "    /etc/motd", "    /etc/fstab");
    assertThat(
            roots.run(
                host(),
                overlay,
                "grep -c new /etc/hosts; cat /etc/app.conf; stat -c %a /etc/app.conf;"
                    + " cat '/etc/link/own file'; stat -c %a '/etc/link/own file';"
                    + " ls -d /etc/motd /etc/old; cat /etc/diskless-refreshed;"
                    + " grep VERSION /etc/diskless-release"))
        .isEqualTo(
            """
            1
            threads = 4
            640
            new
            600
            ls: cannot access '/etc/old': No such file or directory
            /etc/motd
            REFRESHED=1.1
            VERSION="1.0\"""");
    assertThat(roots.run(host(), full, "cat /etc/app.conf; ls -A / /etc | grep refresh"))
        .isEqualTo("threads = 4\ndiskless-refreshed");
    assertThat(refresh(false, false).lines())
        .contains("node001:", "  no change", "big1:")
        .doesNotContain("    /etc/app.conf");
  }

  @Test
  void aDryRunChangesNothing() throws IOException {
    List<String> lines = refresh(false, true).lines();

    assertThat(lines).anyMatch(line -> line.startsWith("  would refresh 1.0 -> 1.1: "));
    assertThat(roots.run(host(), overlay, "cat /etc/app.conf; ls -A /etc | grep refresh"))
        .isEqualTo("threads = 2");
    assertThat(Shell.run(roots.written(overlay), "find . -type f").output()).isEmpty();
  }

  @Test
  void aFileThatWasChangedOnTheNodeIsReplacedOnlyOnRequest() throws IOException {
    roots.run(host(), overlay, "echo mine >>/etc/app.conf");

    assertThat(refresh(false, false).problems())
        .extracting(Problem::message)
        .containsExactly("node001: changed on the node: /etc/app.conf");
    assertThat(roots.run(host(), overlay, "cat /etc/app.conf; ls -A /etc | grep -E 'refresh|new'"))
        .isEqualTo("threads = 2\nmine");

    assertThat(refresh(true, false).problems()).isEmpty();
    assertThat(roots.run(host(), overlay, "cat /etc/app.conf")).isEqualTo("threads = 4");
  }

  @Test
  void aRefreshToTheBootedReleaseUndoesTheLastOne() throws IOException {
    String files = "find /etc ! -type d -exec ls -l --time-style=full-iso {} +";
    String before = roots.run(host(), overlay, files);
    refreshed();
    assertThat(roots.run(host(), overlay, files)).isNotEqualTo(before);

    activate("1.0");
    refreshed();

    assertThat(roots.run(host(), overlay, files)).isEqualTo(before);
    assertThat(Drift.of(host(), List.of("1.0"), List.of(), true).isEmpty()).isTrue();
  }

  private void activate(String version) throws IOException {
    Path bundle = folder.resolve("bundles/" + version + "/bundle");
    Activation.run(new ActivationRequest(bundle, root, false, false, false), Progress.SILENT);
  }

  @Test
  void refreshedFilesAreNoDriftOfATree() throws IOException {
    refreshed();

    assertThat(Drift.of(host(), List.of("1.0"), List.of(), true).lines())
        .containsExactly("release 1.0: 0 of 2 nodes changed something in their trees");

    roots.run(host(), full, "echo more >>/etc/app.conf; rm /etc/hosts");
    assertThat(Drift.of(host(), List.of("1.0"), List.of(), true).lines())
        .contains("    changed  /etc/app.conf (content)", "    removed  /etc/hosts");
  }

  @Test
  void aNodeWithAReleaseThatIsNotInstalledMustReboot() throws IOException {
    roots.run(host(), overlay, "sed -i s/1.0/0.9/ /etc/diskless-release");

    assertThat(refresh(false, false).problems())
        .extracting(Problem::message)
        .containsExactly("node001: release 0.9 of the node is not installed on this master");
  }
}
