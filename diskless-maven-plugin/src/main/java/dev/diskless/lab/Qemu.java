package dev.diskless.lab;

import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.progress.Progress;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The QEMU of this machine: where it is, how old it is, and whether KVM works in it. */
final class Qemu {

  private static final String PROGRAM = "qemu-system-x86_64";
  private static final Duration TIME_TO_START = Duration.ofSeconds(15);
  private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.(\\d+)");
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** The first version that has {@code -netdev stream}. */
  private static final int MAJOR = 7;

  private static final int MINOR = 2;

  private Qemu() {}

  /**
   * Finds QEMU.
   *
   * @throws ProblemException if there is none, or one that is too old
   */
  static String program() throws IOException {
    Path found = null;
    for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      Path file = Path.of(directory, PROGRAM);
      if (!directory.isEmpty() && Files.isExecutable(file)) {
        found = file;
        break;
      }
    }
    if (found == null) {
      throw new ProblemException(
          Problem.error(
              "the lab needs " + PROGRAM + ", which is not on the PATH",
              "run apt-get install qemu-system-x86 ipxe-qemu"));
    }
    Process process =
        new ProcessBuilder(found.toString(), "--version").redirectErrorStream(true).start();
    requireVersion(new String(process.getInputStream().readAllBytes()));
    return found.toString();
  }

  /**
   * @param output of {@code --version}
   */
  static void requireVersion(String output) {
    Matcher version = VERSION.matcher(output);
    boolean enough =
        version.find()
            && (Integer.parseInt(version.group(1)) > MAJOR
                || Integer.parseInt(version.group(1)) == MAJOR
                    && Integer.parseInt(version.group(2)) >= MINOR);
    if (!enough) {
      throw new ProblemException(
          Problem.error(
              "the lab needs QEMU %d.%d or newer, and this one says: %s"
                  .formatted(MAJOR, MINOR, output.lines().findFirst().orElse("nothing")),
              "install a newer QEMU; Debian 12 has 7.2"));
    }
  }

  /**
   * Whether a guest's kernel really starts under KVM. That /dev/kvm exists says little: in a
   * container or a nested guest it may refuse, or hang for ever. The answer is kept until the
   * machine boots again.
   *
   * @param folder for what is kept
   * @param work for what the trial leaves behind
   */
  static Accelerator accelerator(
      String program, Path kernel, Path folder, Path work, Machines machines, Progress progress)
      throws IOException {
    if (!Files.isWritable(Path.of("/dev/kvm"))) {
      return Accelerator.TCG;
    }
    String boot = Files.isReadable(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "";
    Path known = folder.resolve("accelerator");
    if (!boot.isEmpty() && Files.exists(known)) {
      String[] words = Files.readString(known).strip().split(" ");
      if (words.length == 2 && words[0].equals(boot) && words[1].matches("KVM|TCG")) {
        return Accelerator.valueOf(words[1]);
      }
    }
    progress.say("lab: trying KVM");
    Accelerator found = starts(program, kernel, work, machines) ? Accelerator.KVM : Accelerator.TCG;
    Files.writeString(known, boot + " " + found.name() + "\n");
    return found;
  }

  private static boolean starts(String program, Path kernel, Path folder, Machines machines)
      throws IOException {
    QemuCommand command =
        new QemuCommand(program, Accelerator.KVM, Optional.empty(), folder, List.of(), 0);
    Path console = command.console("probe");
    Files.deleteIfExists(console);
    Process process = machines.start(command.kernelOnly(kernel), folder.resolve("probe.qemu"));
    try {
      long end = System.nanoTime() + TIME_TO_START.toNanos();
      while (System.nanoTime() < end) {
        if (Files.exists(console)
            && isStarted(Files.readString(console, java.nio.charset.StandardCharsets.ISO_8859_1))) {
          return true;
        }
        if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
          return Files.exists(console)
              && isStarted(Files.readString(console, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while trying KVM");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Whether a kernel on that console has come as far as to look for memory and devices. */
  static boolean isStarted(String console) {
    int version = console.indexOf("Linux version ");
    return version >= 0 && console.indexOf("Memory: ", version) >= 0;
  }
}
