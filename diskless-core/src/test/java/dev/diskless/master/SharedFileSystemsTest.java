package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.CentralLog;
import dev.diskless.model.Cluster;
import dev.diskless.testing.Clusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFileSystemsTest {

  private static final String RELEASES = "/srv/diskless/lab/releases";

  @TempDir private Path folder;
  private Path root;
  private final List<String> mounts = new ArrayList<>();

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(folder.toRealPath().resolve("root"));
    for (String path : List.of("etc", "usr", "var/log", "home", "srv")) {
      Files.createDirectories(root.resolve(path));
    }
    mounted("", "8:1", "/dev/sda1");
  }

  private void mounted(String path, String device, String source) {
    mounts.add(
        "36 35 %s / %s rw,noatime shared:1 - ext4 %s rw".formatted(device, root + path, source));
  }

  private List<String> look(boolean isAccepted, ServedDirectory... directories) throws IOException {
    return new SharedFileSystems(root, MountTable.parse(mounts))
        .problems(List.of(directories), isAccepted).stream()
            .map(p -> (p.isError() ? "ERROR " : "WARNING ") + p)
            .toList();
  }

  private static ServedDirectory writable(String path) {
    return new ServedDirectory(path, "/srv/diskless", true);
  }

  @Test
  void rejectsTreesOnTheFileSystemOfTheMaster() throws IOException {
    assertThat(look(false, writable(RELEASES)))
        .containsExactly(
            "ERROR /srv/diskless/lab/releases: nodes can write this directory, which is on the file"
                + " system of the master's / (/dev/sda1). Root of a node can guess NFS file handles"
                + " of all files there; mount a separate volume at /srv/diskless (docs/security.md"
                + " has the commands), or accept the risk: -Ddiskless.acceptSharedFileSystem");
  }

  @Test
  void warnsIfTheAdministratorAcceptsIt() throws IOException {
    assertThat(look(true, writable(RELEASES)))
        .singleElement()
        .asString()
        .startsWith("WARNING /srv/diskless/lab/releases: nodes can write this directory")
        .endsWith("mount a separate volume at /srv/diskless (docs/security.md has the commands)");
  }

  @Test
  void acceptsAVolumeOfItsOwn() throws IOException {
    Files.createDirectories(root.resolve("srv/diskless"));
    mounted("/srv/diskless", "253:0", "/dev/mapper/vg-diskless");
    assertThat(look(false, writable(RELEASES))).isEmpty();
  }

  @Test
  void findsTheFileSystemOfVarToo() throws IOException {
    mounted("/var", "8:3", "/dev/sda3");
    assertThat(look(false, writable("/var/log/diskless")))
        .singleElement()
        .asString()
        .contains("on the file system of the master's /var (/dev/sda3)");
  }

  /** A bind mount and a subvolume are further mounts of one file system. */
  @Test
  void isNotDeceivedByASecondMountOfTheFileSystem() throws IOException {
    Files.createDirectories(root.resolve("srv/disk less"));
    mounted("/srv/disk\\040less", "8:1", "/dev/sda1");
    assertThat(look(false, writable("/srv/disk less/lab/state"))).hasSize(1);
  }

  @Test
  void seesThroughLinksAndHiddenMounts() throws IOException {
    Files.createDirectories(root.resolve("data"));
    mounted("/data", "253:0", "/dev/mapper/vg-data");
    Files.createSymbolicLink(root.resolve("srv/diskless"), root.resolve("data"));
    assertThat(look(false, writable(RELEASES))).isEmpty();
    mounted("/data", "8:1", "/dev/sda1");
    assertThat(look(false, writable(RELEASES))).hasSize(1);
  }

  @Test
  void warnsOnceOfAllThatNodesCanRead() throws IOException {
    assertThat(
            look(
                false,
                new ServedDirectory(RELEASES, "/srv/diskless", false),
                new ServedDirectory("/usr", "/usr", false)))
        .singleElement()
        .asString()
        .startsWith("WARNING /srv/diskless/lab/releases, /usr: nodes can read these directories");
  }

  @Test
  void aBundleNamesWhatNodesWrite() throws IOException {
    Cluster cluster =
        Clusters.withGroups(
            Clusters.labWithEveryRoot(),
            g ->
                g.name().equals("shared")
                    ? g.toBuilder()
                        .log(CentralLog.SHARED)
                        .keeping(Clusters.keeping().groups().get(0).keeping())
                        .build()
                    : g);
    MasterNeeds needs =
        MasterNeeds.ofBundle(Versions.write(folder, "1.0", cluster, List.of()), Optional.empty());
    assertThat(needs.served())
        .filteredOn(ServedDirectory::isWritable)
        .extracting(ServedDirectory::path)
        .containsExactlyInAnyOrder(
            RELEASES, "/home", "/srv/diskless/lab/state", "/var/log/diskless");
  }

  @Test
  void thisMachineHasARoot() throws IOException {
    assertThat(MountTable.ofThisMachine().at(Path.of("/etc")).device()).matches("\\d+:\\d+");
  }
}
