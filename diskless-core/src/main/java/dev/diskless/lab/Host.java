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
 * What a lab needs of the machine that it runs on.
 *
 * @param root what stands for {@code /}
 * @param path directories of programs
 */
record Host(Path root, SearchPath path) {

  private static final String PROGRAM = "qemu-system-x86_64";

  /** What QEMU puts into a virtio card: the PXE of a BIOS is in no other place. */
  private static final String ROM = "efi-virtio.rom";

  private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.(\\d+)");

  /** The first version that has {@code -netdev stream}. */
  private static final int MAJOR = 7;

  private static final int MINOR = 2;

  static Host thisOne() {
    return new Host(Path.of("/"), SearchPath.ofThisProcess());
  }

  /**
   * Finds QEMU.
   *
   * @return its path
   * @throws ProblemException if there is none, or one that is too old
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
   * What is missing for a BIOS to start from the network. QEMU itself looks for it only when the
   * first node is switched on, long after the master.
   *
   * @param qemu tells the folders that it reads (qemu(1), -L)
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
   * What is missing where the machines need more than is free.
   *
   * @param nodes how many
   * @param each of them, in MB
   * @param master in MB
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

  /** Of the machine, or of the group of processes that this one is in; empty where none says so. */
  private OptionalLong availableMegabytes() throws IOException {
    List<Long> kilobytes = new ArrayList<>();
    value(root.resolve("proc/meminfo"), "MemAvailable:\\s+(\\d+) kB").ifPresent(kilobytes::add);
    Path groups = root.resolve("proc/self/cgroup");
    if (Files.isReadable(groups)) {
      // cgroups(7): number, controllers, path; the second form has no controllers there.
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
   * A limit holds for all groups below. A container may see its own group at the top, and a path
   * that it does not see.
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
        // What is cached of files goes when the memory is wanted.
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
