package dev.diskless.host;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Directories that contain programs, as in the environment variable PATH (environ(7)).
 *
 * @param directories searched in this order; a directory may be missing
 */
public record SearchPath(List<Path> directories) {

  /** Directories of servers and basic commands. The PATH of an ordinary user may lack them. */
  private static final List<String> SYSTEM =
      List.of("usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin");

  public SearchPath {
    directories = List.copyOf(directories);
  }

  /** Returns the PATH of this process, followed by the directories of the system. */
  public static SearchPath ofThisProcess() {
    return new SearchPath(
        Stream.of(of(System.getenv().getOrDefault("PATH", "")), below(Path.of("/")))
            .flatMap(path -> path.directories().stream())
            .toList());
  }

  /**
   * Returns the directories of the system.
   *
   * @param root the directory that is used as {@code /}
   */
  public static SearchPath below(Path root) {
    return new SearchPath(SYSTEM.stream().map(root::resolve).toList());
  }

  /**
   * Parses a value of PATH.
   *
   * @param path directories, separated by colons; an empty name is ignored
   */
  public static SearchPath of(String path) {
    return new SearchPath(
        Arrays.stream(path.split(File.pathSeparator))
            .filter(directory -> !directory.isEmpty())
            .map(Path::of)
            .toList());
  }

  /** Returns the first executable file with this name. */
  public Optional<Path> find(String program) {
    return directories.stream()
        .map(directory -> directory.resolve(program))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** Returns the value for PATH. */
  @Override
  public String toString() {
    return directories.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
