package dev.diskless.image;

import dev.diskless.host.Command;
import dev.diskless.host.SearchPath;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requirements of mmdebstrap on this machine. */
final class MmdebstrapHost {

  /**
   * Number of user IDs that a Debian system assigns (adduser.conf(5), including _apt and the user
   * 65534).
   */
  private static final long MAPPED_IDS = 65536;

  private static final String ROOT = "root";

  private final Path program;
  private final String mode;
  private final SearchPath path;

  private MmdebstrapHost(Path program, String mode, SearchPath path) {
    this.program = program;
    this.mode = mode;
    this.path = path;
  }

  /**
   * Returns the host for this machine.
   *
   * @param image its name, for messages
   * @throws ProblemException if mmdebstrap cannot run here; the exception lists all missing
   *     requirements
   */
  static MmdebstrapHost of(String image) throws IOException {
    return of(image, SearchPath.ofThisProcess(), user(), Path.of("/"));
  }

  /**
   * @param path directories of programs
   * @param root of the file system that etc and proc are in
   */
  static MmdebstrapHost of(String image, SearchPath path, String user, Path root)
      throws IOException {
    List<Problem> missing = new ArrayList<>();
    Optional<Path> program = path.find("mmdebstrap");
    if (program.isEmpty()) {
      missing.add(
          Problem.error(
              "image %s needs mmdebstrap, which is not installed".formatted(image),
              "run `apt-get install mmdebstrap` as root; on a system without apt, build the image"
                  + " elsewhere and give its tar archive with `archive:`"));
    }
    boolean isRoot = user.equals(ROOT);
    if (!isRoot) {
      if (path.find("newuidmap").isEmpty()) {
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
                  "image %s cannot be installed by the user %s, because /%s has no range of %d"
                      .formatted(image, user, file, MAPPED_IDS),
                  "run `usermod --add-subuids 100000-165535 --add-subgids 100000-165535 %s` as"
                          .formatted(user)
                      + " root (a range that no other user has in /%s), or build as root"
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

  /**
   * Returns whether a file in the format of subuid(5), user:first:count, has a large enough range.
   */
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
   * Returns mmdebstrap with an environment in which the same arguments give the same result.
   *
   * @param arguments without the name of the program
   */
  Command command(List<String> arguments) {
    List<String> words = new ArrayList<>(List.of(program.toString()));
    words.addAll(arguments);
    return Command.of(words)
        .reproducible(DebianRecipe.TIME)
        .with("PATH", path.toString())
        .with("DEBIAN_FRONTEND", "noninteractive");
  }
}
