package dev.diskless.image;

import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What mmdebstrap needs of this machine. */
final class MmdebstrapHost {

  /** Where Debian has chroot and others, which are not in the PATH of ordinary users. */
  private static final String SYSTEM_PATH = "/usr/sbin:/sbin:/usr/bin:/bin";

  /** As many user numbers as a Debian system gives out (adduser.conf(5), _apt and nobody). */
  private static final long MAPPED_IDS = 65536;

  private static final String ROOT = "root";

  private final Path program;
  private final String mode;
  private final String path;

  private MmdebstrapHost(Path program, String mode, String path) {
    this.program = program;
    this.mode = mode;
    this.path = path;
  }

  /**
   * This machine.
   *
   * @param image its name, for messages
   * @throws ProblemException if mmdebstrap cannot run here; names all that is missing
   */
  static MmdebstrapHost of(String image) throws IOException {
    return of(
        image,
        System.getenv().getOrDefault("PATH", "") + File.pathSeparator + SYSTEM_PATH,
        user(),
        Path.of("/"));
  }

  /**
   * @param path where programs are
   * @param root of the file system that etc and proc are in
   */
  static MmdebstrapHost of(String image, String path, String user, Path root) throws IOException {
    List<Problem> missing = new ArrayList<>();
    Optional<Path> program = find("mmdebstrap", path);
    if (program.isEmpty()) {
      missing.add(
          Problem.error(
              "image %s needs mmdebstrap, which is not installed".formatted(image),
              "run `apt-get install mmdebstrap` as root; on a system without apt, build the image"
                  + " elsewhere and name its tar with `archive:`"));
    }
    boolean isRoot = user.equals(ROOT);
    if (!isRoot) {
      if (find("newuidmap", path).isEmpty()) {
        missing.add(
            Problem.error(
                "image %s cannot be installed by an ordinary user without newuidmap"
                    .formatted(image),
                "run `apt-get install uidmap` as root, or build as root"));
      }
      for (String file : List.of("etc/subuid", "etc/subgid")) {
        if (!hasRange(root.resolve(file), user)) {
          missing.add(
              Problem.error(
                  "image %s cannot be installed by the user %s, for whom /%s has no range of %d"
                      .formatted(image, user, file, MAPPED_IDS),
                  "run `usermod --add-subuids 100000-165535 --add-subgids 100000-165535 %s` as"
                          .formatted(user)
                      + " root (a range that nobody else has in /%s), or build as root"
                          .formatted(file)));
        }
      }
      if (isZero(root.resolve("proc/sys/kernel/unprivileged_userns_clone"))
          || isZero(root.resolve("proc/sys/user/max_user_namespaces"))) {
        missing.add(
            Problem.error(
                "image %s cannot be installed by an ordinary user: this kernel allows no user"
                        .formatted(image)
                    + " namespaces",
                "run `sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000` as"
                    + " root, or build as root"));
      }
    }
    if (!missing.isEmpty()) {
      throw new ProblemException(missing);
    }
    return new MmdebstrapHost(program.orElseThrow(), isRoot ? ROOT : "unshare", path);
  }

  private static String user() {
    try {
      // The owner of a process is the user it acts as, whatever that user is called.
      Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      if (uid.equals(0)) {
        return ROOT;
      }
    } catch (IOException | UnsupportedOperationException notLinux) {
      // Then by name.
    }
    return System.getProperty("user.name");
  }

  private static Optional<Path> find(String program, String path) {
    for (String directory : path.split(File.pathSeparator)) {
      if (!directory.isEmpty()) {
        Path file = Path.of(directory, program);
        if (Files.isRegularFile(file) && Files.isExecutable(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  /** As subuid(5): user:first:count. */
  private static boolean hasRange(Path file, String user) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException none) {
      return false;
    }
    for (String line : lines) {
      String[] fields = line.strip().split(":");
      if (fields.length == 3
          && fields[0].equals(user)
          && fields[2].matches("[0-9]{1,10}")
          && Long.parseLong(fields[2]) >= MAPPED_IDS) {
        return true;
      }
    }
    return false;
  }

  private static boolean isZero(Path setting) throws IOException {
    return Files.isReadable(setting) && Files.readString(setting).strip().equals("0");
  }

  /** The mode of mmdebstrap(1): {@code root}, or {@code unshare} for an ordinary user. */
  String mode() {
    return mode;
  }

  /**
   * Mmdebstrap with an environment in which the same arguments make the same.
   *
   * @param arguments without the program's own name
   */
  ProcessBuilder builder(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(key -> key.startsWith("LC_") || key.equals("LANGUAGE"));
    environment.put("LANG", "C.UTF-8");
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("TZ", "UTC");
    environment.put("PATH", path);
    environment.put("DEBIAN_FRONTEND", "noninteractive");
    environment.put("SOURCE_DATE_EPOCH", Long.toString(DebianRecipe.TIME.getEpochSecond()));
    return builder;
  }
}
