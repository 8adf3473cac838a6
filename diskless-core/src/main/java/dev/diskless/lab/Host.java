package dev.diskless.lab;

import dev.diskless.host.Command;
import dev.diskless.host.SearchPath;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requirements of a lab that the machine that runs it must meet.
 *
 * @param root directory that the machine's files are read from; usually {@code /}
 * @param path directories that are searched for programs
 */
record Host(Path root, SearchPath path) {

  private static final String PROGRAM = "qemu-system-x86_64";

  /** Option ROM that QEMU loads into a virtio card. It contains the only PXE of a BIOS. */
  private static final String ROM = "efi-virtio.rom";

  private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.(\\d+)");

  /** First major version of QEMU with {@code -netdev stream}. */
  private static final int MAJOR = 7;

  private static final int MINOR = 2;

  static Host thisOne() {
    return new Host(Path.of("/"), SearchPath.ofThisProcess());
  }

  /**
   * Finds QEMU.
   *
   * @return the path of QEMU
   * @throws ProblemException if QEMU is missing or too old
   */
  String qemu() throws IOException {
    String program =
        path.find(PROGRAM)
            .map(Path::toString)
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.error(
                            "the lab needs " + PROGRAM + ", which is not on the PATH",
                            "run apt-get install qemu-system-x86 ipxe-qemu")));
    requireVersion(Command.of(program, "--version").run().lines());
    return program;
  }

  private static void requireVersion(List<String> output) {
    Matcher version = VERSION.matcher(String.join("\n", output));
    boolean enough =
        version.find()
            && (Integer.parseInt(version.group(1)) > MAJOR
                || Integer.parseInt(version.group(1)) == MAJOR
                    && Integer.parseInt(version.group(2)) >= MINOR);
    if (!enough) {
      throw new ProblemException(
          Problem.error(
              "the lab needs QEMU %d.%d or newer, but the installed QEMU reports: %s"
                  .formatted(MAJOR, MINOR, output.isEmpty() ? "nothing" : output.get(0)),
              "install a newer QEMU; Debian 12 has 7.2"));
    }
  }

  /**
   * Returns a problem if a node has a BIOS and QEMU lacks the option ROM for the network. QEMU
   * itself looks for that ROM only when the first node starts, long after the master.
   *
   * @param qemu path of QEMU, which prints the folders that it searches (qemu(1), -L)
   */
  Optional<Problem> missingRom(String qemu, List<Start> starts) throws IOException {
    if (!starts.contains(Start.BIOS)) {
      return Optional.empty();
    }
    boolean found =
        Command.of(qemu, "-L", "help").run().lines().stream()
            .anyMatch(folder -> Files.isReadable(Path.of(folder.strip(), ROM)));
    return found
        ? Optional.empty()
        : Optional.of(
            Problem.error(
                "QEMU has no " + ROM + ", which nodes with a BIOS need to start over the network",
                "run apt-get install ipxe-qemu, or start nodes with"
                    + " -Ddiskless.boot.start=uefi"));
  }

  /**
   * Returns a problem if the machines need more memory than is available.
   *
   * @param nodes number of nodes
   * @param each memory of each node, in MB
   * @param master memory of the master, in MB
   */
  Optional<Problem> missingMemory(int nodes, int each, int master) throws IOException {
    long needed = master + (long) each * nodes;
    OptionalLong available = availableMegabytes();
    if (available.isEmpty() || available.getAsLong() >= needed) {
      return Optional.empty();
    }
    return Optional.of(
        Problem.error(
            "the lab needs %,d MB of memory, and %,d MB are free"
                .formatted(needed, available.getAsLong()),
            "run fewer nodes at once (-Ddiskless.boot.atOnce). Each node needs %d MB (-Ddiskless.boot.memory),"
                    .formatted(each)
                + " and the master needs %d MB".formatted(master)));
  }

  /**
   * Returns the available memory of the machine, or of this process's control group if that has
   * less; empty if both are unknown.
   */
  private OptionalLong availableMegabytes() throws IOException {
    List<Long> kilobytes = new ArrayList<>();
    value(root.resolve("proc/meminfo"), "MemAvailable:\\s+(\\d+) kB").ifPresent(kilobytes::add);
    Path groups = root.resolve("proc/self/cgroup");
    if (Files.isReadable(groups)) {
      // cgroups(7): number, controllers, path. In version 2, the list of controllers is empty.
      for (String line : Files.readAllLines(groups)) {
        String[] parts = line.split(":", 3);
        if (parts.length == 3 && parts[1].isEmpty()) {
          addFree(kilobytes, "sys/fs/cgroup", parts[2], "memory.max", "memory.current");
        } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
          String[] names = {"memory.limit_in_bytes", "memory.usage_in_bytes"};
          addFree(kilobytes, "sys/fs/cgroup/memory", parts[2], names[0], names[1]);
        }
      }
    }
    return kilobytes.stream().mapToLong(k -> k / 1024).min();
  }

  /**
   * Adds the free memory of a control group and its parents, because each limit applies to all
   * groups below. In a container, the path of the group may not exist, because its own group is at
   * the top.
   */
  private void addFree(
      List<Long> kilobytes, String mounted, String group, String limit, String used)
      throws IOException {
    Path top = root.resolve(mounted);
    for (Path at = top.resolve(group.substring(1)).normalize();
        at.startsWith(top);
        at = at.getParent()) {
      Optional<Long> most = value(at.resolve(limit), "(\\d+)\\s*");
      Optional<Long> now = value(at.resolve(used), "(\\d+)\\s*");
      if (most.isPresent() && now.isPresent()) {
        // The kernel frees the cache of files when processes need memory.
        long cached =
            value(at.resolve("memory.stat"), "(?m)^active_file (\\d+)$").orElse(0L)
                + value(at.resolve("memory.stat"), "(?m)^inactive_file (\\d+)$").orElse(0L);
        kilobytes.add(Math.max(0, most.get() - Math.max(0, now.get() - cached)) / 1024);
      }
    }
  }

  private static Optional<Long> value(Path file, String pattern) throws IOException {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    Matcher found = Pattern.compile(pattern).matcher(Files.readString(file));
    return found.find() ? Optional.of(Long.parseLong(found.group(1))) : Optional.empty();
  }
}
