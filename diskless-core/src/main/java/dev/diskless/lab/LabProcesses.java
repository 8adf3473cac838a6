package dev.diskless.lab;

import dev.diskless.host.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Processes of a lab. The processes end when the lab is closed, when the JVM is terminated (for
 * example by Ctrl-C), and when the JVM is killed.
 *
 * <p>If the JVM is killed, the kernel kills each process with the thread that started it
 * (PR_SET_PDEATHSIG, prctl(2)). setpriv(1) of util-linux requests this. A lab must therefore start
 * its machines on the thread that waits for them.
 */
final class LabProcesses implements AutoCloseable {

  private static final List<String> ENDS_WITH_US = List.of("setpriv", "--pdeathsig", "KILL", "--");
  private static final long SECONDS_TO_END = 10;

  private final Path folder;
  private final Thread owner = Thread.currentThread();
  private final Thread hook = new Thread(this::destroy, "ends the lab's machines");
  private final List<Process> processes = new ArrayList<>();
  private final boolean endsWithUs;
  private boolean ended;

  /**
   * @param folder working directory of the processes
   */
  LabProcesses(Path folder) {
    this.folder = folder;
    this.endsWithUs = works(ENDS_WITH_US);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private static boolean works(List<String> prefix) {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    try {
      return Command.of(command).run().code() == 0;
    } catch (IOException notAvailable) {
      return false;
    }
  }

  /** Whether the machines end even if the JVM is killed. */
  boolean endWithTheJvm() {
    return endsWithUs;
  }

  /**
   * Switches a machine on.
   *
   * @param errors file for the output of QEMU itself
   */
  synchronized Process start(List<String> command, Path errors) throws IOException {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException("a machine would end with this thread");
    }
    if (ended) {
      throw new IOException("the lab is ending");
    }
    Files.deleteIfExists(errors);
    List<String> whole = new ArrayList<>(endsWithUs ? ENDS_WITH_US : List.of());
    whole.addAll(command);
    Process process = Command.of(whole).in(folder).start(errors);
    processes.add(process);
    return process;
  }

  private synchronized void destroy() {
    ended = true;
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Override
  public void close() {
    destroy();
    try {
      for (Process process : processes) {
        process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
      }
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException theJvmIsGoingAlready) {
      // Then the hook runs, or has run.
    }
  }
}
