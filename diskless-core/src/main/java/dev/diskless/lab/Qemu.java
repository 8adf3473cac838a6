package dev.diskless.lab;

import dev.diskless.host.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Whether KVM works in the QEMU of this machine. */
final class Qemu {

  private static final Duration TIME_TO_START = Duration.ofSeconds(15);
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Time after which a failure is tested again, because users can repair KVM without a reboot. */
  private static final Duration FAILURE_HOLDS = Duration.ofHours(1);

  private Qemu() {}

  /**
   * Finds out whether a guest's kernel really starts under KVM. Even if /dev/kvm exists, KVM may
   * fail or hang for ever in a container or a nested guest. Success is remembered until the machine
   * boots again, failure for an hour.
   *
   * @param folder folder for the remembered result
   * @param work folder for the files of the trial
   */
  static Accelerator accelerator(
      String program, Path kernel, Path folder, Path work, LabProcesses machines, Progress progress)
      throws IOException {
    if (!Files.isWritable(Path.of("/dev/kvm"))) {
      return Accelerator.TCG;
    }
    String boot = Files.isReadable(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "";
    Path known = folder.resolve("accelerator");
    Optional<Accelerator> before = known(known, boot, Instant.now());
    if (before.isPresent()) {
      return before.get();
    }
    progress.say("lab: trying KVM");
    Accelerator found = starts(program, kernel, work, machines) ? Accelerator.KVM : Accelerator.TCG;
    Files.writeString(known, boot + " " + found.name() + "\n");
    return found;
  }

  /**
   * Returns the remembered result of an earlier trial.
   *
   * @param file file with the result
   * @param boot the machine's present boot id, random(4); empty if there is none
   */
  static Optional<Accelerator> known(Path file, String boot, Instant now) throws IOException {
    if (boot.isEmpty() || !Files.exists(file)) {
      return Optional.empty();
    }
    String noted = Files.readString(file).strip();
    if (noted.equals(boot + " " + Accelerator.KVM.name())) {
      return Optional.of(Accelerator.KVM);
    }
    Instant tried = Files.getLastModifiedTime(file).toInstant();
    return noted.equals(boot + " " + Accelerator.TCG.name())
            && now.isBefore(tried.plus(FAILURE_HOLDS))
        ? Optional.of(Accelerator.TCG)
        : Optional.empty();
  }

  private static boolean starts(String program, Path kernel, Path folder, LabProcesses machines)
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
