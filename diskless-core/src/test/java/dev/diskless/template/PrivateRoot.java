package dev.diskless.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs a program of this machine with this machine's root, some files laid over it. Whatever the
 * program writes lands in memory and vanishes with it: an overlay in a mount namespace of its own.
 */
public final class PrivateRoot {

  private static final String ENTER =
      """
      set -eu
      top=$1
      files=$2
      shift 2
      mount -t tmpfs diskless "$top"
      mkdir "$top/upper" "$top/work" "$top/root"
      mount -t overlay diskless -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" "$top/root"
      mount --rbind /proc "$top/root/proc"
      mount --rbind /dev "$top/root/dev"
      cp -rT "$files" "$top/root"
      exec chroot "$top/root" "$@"
      """;

  /** What a program did: its exit code, and both its outputs. */
  public record Outcome(int code, String output) {}

  private final Path top;
  private final Path files;

  /**
   * @param folder empty and temporary
   */
  public PrivateRoot(Path folder) throws IOException {
    this.top = Files.createDirectory(folder.resolve("top"));
    this.files = Files.createDirectory(folder.resolve("files"));
  }

  /** Skips the test, and says why, where this cannot work or the program is missing. */
  public void assumePossible(String program) throws IOException, InterruptedException {
    Outcome probe = run("sh", "-c", "command -v " + program + " || echo missing");
    Assumptions.assumeTrue(
        probe.code() == 0,
        () -> "SKIPPED: needs root and overlayfs to run " + program + " apart: " + probe.output());
    Assumptions.assumeFalse(
        probe.output().endsWith("missing\n"),
        () ->
            "SKIPPED: "
                + program
                + " is not installed; nothing has parsed the files that it reads");
  }

  public void write(String path, String text) throws IOException {
    Rendered.write(files.resolve(path), text);
  }

  public void mkdir(String path) throws IOException {
    Files.createDirectories(files.resolve(path));
  }

  public Outcome run(String... command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", ENTER, "enter"));
    all.add(top.toString());
    all.add(files.toString());
    all.addAll(List.of(command));
    Path output = Files.createTempFile(top.getParent(), "output", ".txt");
    Process process =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("no answer in a minute: " + all);
    }
    return new Outcome(process.exitValue(), new String(Files.readAllBytes(output), UTF_8));
  }
}
