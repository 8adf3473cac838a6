package dev.diskless.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails each test that starts a program, so that {@code -Pfast} stays fast and needs no programs.
 * JUnit loads this extension with {@code junit.jupiter.extensions.autodetection.enabled}.
 */
public final class NoPrograms implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

  private static long before;

  static {
    // JNA starts ldconfig(8) once, when it is loaded.
    assertThat(NativeLibrary.getProcess()).isNotNull();
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    before = faultsOfChildren();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    check();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    check();
  }

  private static void check() throws IOException {
    long now = faultsOfChildren();
    boolean isUnchanged = now == before;
    before = now;
    if (!isUnchanged) {
      throw new AssertionError("This test started a program. Annotate it with @RequiresProgram.");
    }
  }

  /**
   * Minor page faults of all child processes that have ended. Each program causes some when it
   * starts. proc_pid_stat(5): field 11, cminflt.
   */
  private static long faultsOfChildren() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[8]);
  }
}
