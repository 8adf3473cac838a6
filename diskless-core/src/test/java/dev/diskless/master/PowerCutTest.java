package dev.diskless.master;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts the power at each step of the script. What it did is recorded: in front of the programs that
 * change something stand others of the same names, which copy all there is before each step. Then
 * what a disk may hold after a cut is made of these copies, and the script goes on with that.
 *
 * <p>The releases lie on one disk and the host's files on another. Each has all that was there when
 * it was last flushed (sync(1)). Of what came after, it has nothing, or all, or all names and none
 * of the data: file systems with a journal keep the order of names, and write data later (ext4(5),
 * {@code data=writeback}; xfs(5)). Each third step has one of the pairs of these, or, as {@link
 * FaultSteps} says, each step one, or each step all.
 */
@RequiresRoot("restoring owners")
class PowerCutTest {

  private static final String RELEASES = "srv";

  /** What a disk holds of what was done since it was flushed. */
  private enum Since {
    NOTHING,
    NAMES,
    ALL
  }

  /** A pair of them. */
  private record Disks(Since ofReleases, Since ofHost) {

    private static final List<Disks> ALL =
        Stream.of(Since.values())
            .flatMap(r -> Stream.of(Since.values()).map(h -> new Disks(r, h)))
            .toList();
  }

  @TempDir private Path folder;
  private Path root;
  private Path records;
  private FaultSteps faults;

  @BeforeEach
  void standInFrontOfThePrograms() throws IOException {
    faults = FaultSteps.asked();
    root = folder.resolve("root");
    records = folder.resolve("records");
    Files.createDirectories(folder.resolve("old/etc/dhcp"));
    Files.createDirectories(folder.resolve("old").resolve(Versions.BASE).resolve("releases"));
    Files.writeString(folder.resolve("old/etc/dhcp/dhcpd.conf"), "# the admin's");
    for (String version : List.of("1.0", "2.0", "3.0")) {
      Files.move(
          Versions.script(Versions.write(folder, version)), folder.resolve("install-" + version));
    }
  }

  @Test
  void aCutInTheFirstInstallationLeavesNoneOrAll() throws IOException {
    sweep("install-2.0 --destdir root 2.0.tar.zst");
  }

  @Test
  void aCutInAnInstallationLeavesTheOneReleaseOrTheOther() throws IOException {
    install("1.0");
    sweep("install-2.0 --destdir root 2.0.tar.zst");
  }

  @Test
  void aCutInARollbackLeavesTheOneReleaseOrTheOther() throws IOException {
    install("1.0");
    install("2.0");
    sweep("install-2.0 --destdir root --rollback 1.0");
  }

  @Test
  void aCutWhileASwitchIsTakenBackLeavesTheOneReleaseOrTheOther() throws IOException {
    install("1.0");
    install("2.0");
    sweep("install-2.0 --destdir root --undo");
  }

  @Test
  void aCutInARemovalLeavesAReleaseWholeOrNothingOfIt() throws IOException {
    for (String version : List.of("1.0", "2.0", "3.0")) {
      install(version);
    }
    sweep("install-2.0 --destdir root --remove 1.0");
  }

  private void install(String version) throws IOException {
    Shell.check(folder, "python3 install-%s --destdir old %s.tar.zst".formatted(version, version));
  }

  private void sweep(String command) throws IOException {
    Shell.check(
        folder, "rm -rf records root && mkdir records && echo 0 >records/count && cp -a old root");
    final String before = Versions.snapshot(root);
    Shell.check(folder, FaultSteps.recording("records", "root") + " " + command);
    final String after = Versions.snapshot(root);
    int steps = Integer.parseInt(Files.readString(records.resolve("count")).strip());
    assertThat(steps).isGreaterThan(5);
    Shell.check(folder, "cp -a root records/" + (steps + 1));
    int tried = 0;
    for (int at = 1; at <= steps + 1; at++) {
      for (Disks disks : at(at)) {
        tried++;
        cut(at, disks.ofReleases(), disks.ofHost());
        String what =
            "cut before step %d of %d, %s; since the last flush the releases have %s, the host %s"
                .formatted(
                    at,
                    steps,
                    at > steps ? "the end" : Files.readString(command(at)).strip(),
                    disks.ofReleases(),
                    disks.ofHost());
        goesOn(command, what, before, after);
      }
    }
    // src/faults.sh prints it beside what became of them.
    System.out.println("steps: " + tried);
  }

  private List<Disks> at(int step) {
    return switch (faults) {
      case ALL -> Disks.ALL;
      case EACH -> List.of(Disks.ALL.get(step % Disks.ALL.size()));
      // Nine pairs at steps that are three apart: all of them in turn.
      case SOME -> step % 3 == 0 ? List.of(Disks.ALL.get(step / 3 % Disks.ALL.size())) : List.of();
    };
  }

  private void goesOn(String command, String what, String before, String after) throws IOException {
    Shell.Result recovery = Shell.run(folder, "python3 install-2.0 --destdir root --recover");
    assertThat(recovery.exit()).as("%s: %s", what, recovery.output()).isZero();
    String now = served(Versions.snapshot(root));
    // A release that is installed and serves nobody yet is no change of what is served.
    assertThat(List.of(served(before), served(after)))
        .as("%s: %s", what, recovery.output())
        .satisfiesAnyOf(
            both -> assertThat(now).isEqualTo(both.get(0)),
            both -> assertThat(now).isEqualTo(both.get(1)),
            both ->
                assertThat(served(Versions.snapshot(root, "2.0")))
                    .isEqualTo(served(withoutRelease(before))));
    if (!now.equals(served(after))) {
      Shell.Result again = Shell.run(folder, "python3 " + command);
      assertThat(again.exit()).as("%s, and again: %s", what, again.output()).isZero();
      assertThat(served(Versions.snapshot(root)))
          .as("%s, and again", what)
          .isEqualTo(served(after));
    }
    for (String line : Files.readAllLines(root.resolve(Versions.BASE + "/history"))) {
      assertThat(line.split("\t").length).as("%s, line %s", what, line).isLessThan(5);
    }
  }

  private static String withoutRelease(String snapshot) {
    return String.join("\n", snapshot.lines().filter(l -> !l.contains("/releases/2.0")).toList())
        + "\n";
  }

  /** Without the history, which says when, and the way back, which is that of the last run. */
  private static String served(String snapshot) {
    return String.join(
            "\n",
            snapshot
                .lines()
                .filter(l -> !l.contains("/lab/host") && !l.contains("/lab/history"))
                .toList())
        + "\n";
  }

  /** Leaves in {@link #root} what the disks hold after a cut. */
  private void cut(int at, Since ofReleases, Since ofHost) throws IOException {
    Path now = records.resolve(Integer.toString(at));
    Path flushedReleases = flushed(at, true);
    Path flushedHost = flushed(at, false);
    Path host = ofHost == Since.NOTHING ? flushedHost : now;
    Path releases = ofReleases == Since.NOTHING ? flushedReleases : now;
    Shell.check(
        folder,
        "rm -rf root && cp -a '%s' root && rm -rf root/%s && { ! [ -e '%s/%s' ] || cp -a '%s/%s' root; }"
            .formatted(host, RELEASES, releases, RELEASES, releases, RELEASES));
    Set<String> synced = synced(at);
    if (ofReleases == Since.NAMES) {
      loseData(RELEASES, flushedReleases, synced);
    }
    if (ofHost == Since.NAMES) {
      for (String part : List.of("etc", "tftpboot")) {
        loseData(part, flushedHost, synced);
      }
    }
  }

  private Path command(int step) {
    return records.resolve(step + ".command");
  }

  /** What was there when a disk was flushed last before a step. */
  private Path flushed(int at, boolean releases) throws IOException {
    for (int step = at - 1; step > 0; step--) {
      String command = Files.readString(command(step));
      if (command.startsWith("sync -f ")
          && releases == command.contains("/root/" + RELEASES + "/")) {
        return records.resolve(Integer.toString(step));
      }
    }
    return folder.resolve("old");
  }

  /** The contents of single files that were flushed. */
  private Set<String> synced(int at) throws IOException {
    Set<String> contents = new HashSet<>();
    for (int step = 1; step < at; step++) {
      String command = Files.readString(command(step)).strip();
      if (command.startsWith("sync /") && !command.startsWith("sync -f")) {
        for (String file : List.of(command.substring("sync ".length()))) {
          contents.add(
              Files.readString(
                  records.resolve(Integer.toString(step)).resolve(root.relativize(Path.of(file))),
                  ISO_8859_1));
        }
      }
    }
    return contents;
  }

  /** Empties what was written since; of what was added to a file, half stays. */
  private void loseData(String part, Path flushed, Set<String> synced) throws IOException {
    Map<Path, String> old = files(flushed, part);
    Set<String> known = new HashSet<>(old.values());
    known.addAll(synced);
    for (Map.Entry<Path, String> file : files(root, part).entrySet()) {
      if (!known.contains(file.getValue())) {
        String was = old.getOrDefault(file.getKey(), "");
        int kept =
            file.getValue().startsWith(was)
                ? was.length() + (was.isEmpty() ? 0 : file.getValue().length() - was.length()) / 2
                : 0;
        try (RandomAccessFile open =
            new RandomAccessFile(root.resolve(file.getKey()).toFile(), "rw")) {
          open.setLength(kept);
        }
      }
    }
  }

  private static Map<Path, String> files(Path tree, String part) throws IOException {
    Map<Path, String> files = new HashMap<>();
    if (Files.exists(tree.resolve(part), LinkOption.NOFOLLOW_LINKS)) {
      List<Path> found = new ArrayList<>();
      try (Stream<Path> paths = Files.walk(tree.resolve(part))) {
        paths.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS)).forEach(found::add);
      }
      for (Path file : found) {
        files.put(tree.relativize(file), Files.readString(file, ISO_8859_1));
      }
    }
    return files;
  }
}
