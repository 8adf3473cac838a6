package dev.diskless.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The processes of a lab. They end with the lab, however that ends: when it is closed, and when the
 * JVM is told to go, as by Ctrl-C.
 */
final class Machines implements AutoCloseable {

  private static final long SECONDS_TO_END = 10;

  private final Thread hook = new Thread(this::destroy, "ends the lab's machines");
  private final List<Process> processes = new ArrayList<>();
  private boolean ended;

  Machines() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Switches a machine on.
   *
   * @param errors takes what QEMU itself says
   */
  synchronized Process start(List<String> command, Path errors) throws IOException {
    if (ended) {
      throw new IOException("the lab is ending");
    }
    Files.deleteIfExists(errors);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(errors.toFile())
            .start();
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
