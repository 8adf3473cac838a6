package dev.diskless.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs of this machine with an overlay of files over this machine's root. What a program
 * writes stays in memory and vanishes when the program ends, because the overlay is in a mount
 * namespace of its own. Tests have {@link RequiresPrivateRoot}.
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

  public void write(String path, String text) throws IOException {
    Path file = files.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
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
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().put("PATH", Shell.PATH);
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("no answer in a minute: " + all);
    }
    return new Outcome(process.exitValue(), new String(Files.readAllBytes(output), UTF_8));
  }
}
