package dev.diskless.master;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * File systems that are mounted, as in {@code /proc/self/mountinfo} (proc_pid_mountinfo(5)). The
 * device number there is that of the whole file system. The one of stat(2) is not enough, because
 * subvolumes of one btrfs have different ones and share their NFS file handles.
 */
final class MountTable {

  /**
   * A file system and where it is mounted.
   *
   * @param point the mount point
   * @param device major and minor number of the file system, {@code 8:1}
   * @param source what is mounted, {@code /dev/sda1}
   */
  record Mounted(Path point, String device, String source) {}

  private final List<Mounted> all;

  private MountTable(List<Mounted> all) {
    this.all = List.copyOf(all);
  }

  static MountTable ofThisMachine() throws IOException {
    return parse(Files.readAllLines(Path.of("/proc/self/mountinfo"), ISO_8859_1));
  }

  static MountTable parse(List<String> lines) {
    List<Mounted> all = new ArrayList<>();
    for (String line : lines) {
      String[] halves = line.split(" - ", 2);
      String[] fields = halves[0].split(" ");
      String[] type = halves.length == 2 ? halves[1].split(" ") : new String[0];
      if (fields.length > 4 && type.length > 1) {
        all.add(new Mounted(Path.of(unescape(fields[4])), fields[2], unescape(type[1])));
      }
    }
    return new MountTable(all);
  }

  /** The kernel writes space, tab, line feed and backslash as three octal digits. */
  private static String unescape(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  /**
   * Returns the file system that holds a path.
   *
   * @param path absolute and without symbolic links
   */
  Mounted at(Path path) {
    Mounted found = new Mounted(Path.of("/"), "?", "?");
    for (Mounted each : all) {
      // A later mount at the same point hides the earlier one.
      if (path.startsWith(each.point())
          && each.point().getNameCount() >= found.point().getNameCount()) {
        found = each;
      }
    }
    return found;
  }
}
