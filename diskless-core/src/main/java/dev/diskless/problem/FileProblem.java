package dev.diskless.problem;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Error of a user for a file that cannot be read or written: place, problem and remedy. */
public final class FileProblem {

  /** Reasons of a full file system, as strerror(3) describes ENOSPC and EDQUOT. */
  private static final List<String> FULL =
      List.of("No space left on device", "Disk quota exceeded");

  /** Description of EROFS. */
  private static final String READ_ONLY = "Read-only file system";

  /** Description of EACCES. */
  private static final String DENIED = "Permission denied";

  private FileProblem() {}

  /**
   * Describes an error of the file system in a program that writes into the working directory, the
   * directory for temporary files, and the home directory.
   *
   * @param error exception of the JDK; its message may be only a path
   */
  public static Problem of(IOException error) {
    return of(
        error,
        List.of(
            Path.of(""),
            Path.of(System.getProperty("java.io.tmpdir")),
            Path.of(System.getProperty("user.home"))));
  }

  /**
   * Describes an error of the file system.
   *
   * @param error exception of the JDK; its message may be only a path
   * @param folders folders into which the program writes; the problem contains their free space if
   *     a file system is full and the exception names no file
   */
  static Problem of(IOException error, List<Path> folders) {
    IOException cause = cause(error);
    Optional<String> file = file(cause);
    String name = file.orElse("a file");
    String text = String.valueOf(cause.getMessage());
    if (FULL.stream().anyMatch(text::contains)) {
      return Problem.error(
          "cannot write%s: no space is left on the disk (%s)"
              .formatted(
                  file.map(f -> " " + f).orElse(""),
                  String.join(", ", free(file.map(f -> List.of(Path.of(f))).orElse(folders)))),
          "remove files there, or use another disk, and run the goal again");
    } else if (text.contains(READ_ONLY)) {
      return Problem.error(
          "cannot write %s: the file system is read-only".formatted(name),
          "mount the file system read-write, or choose another folder");
    } else if (cause instanceof AccessDeniedException || text.contains(DENIED)) {
      return Problem.error(
          "cannot access %s: permission denied".formatted(name),
          "change the permissions, or run the goal as a user with access");
    } else if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
      return Problem.error(
          "%s does not exist".formatted(name),
          "create it, or run the goal again if another program has removed it");
    } else if (cause instanceof FileAlreadyExistsException) {
      return Problem.error(
          "%s already exists, but it is not what the goal creates there".formatted(name),
          "move it away");
    }
    return Problem.error(
        error.getMessage() == null ? error.toString() : error.getMessage(),
        "run Maven with -e to see where the error happened");
  }

  /** Returns the exception that names a file, or the given exception. */
  private static IOException cause(IOException error) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof FileSystemException || at instanceof FileNotFoundException) {
        return (IOException) at;
      }
    }
    return error;
  }

  private static Optional<String> file(IOException error) {
    if (error instanceof FileSystemException named) {
      return Optional.ofNullable(named.getOtherFile())
          .or(() -> Optional.ofNullable(named.getFile()));
    }
    // The JDK writes "FILE (REASON)".
    return error instanceof FileNotFoundException && error.getMessage() != null
        ? Optional.of(error.getMessage().replaceFirst(" \\([^()]*\\)$", ""))
        : Optional.empty();
  }

  /** Returns the free space of the file systems with these paths. */
  private static List<String> free(List<Path> paths) {
    List<String> lines = new ArrayList<>();
    for (Path path : paths) {
      Path existing = path.toAbsolutePath();
      while (existing.getParent() != null && !Files.exists(existing)) {
        existing = existing.getParent();
      }
      try {
        double free = Files.getFileStore(existing).getUsableSpace() / 1e6;
        lines.add("%s: %s MB free".formatted(existing, String.format(Locale.ROOT, "%.1f", free)));
      } catch (IOException unknown) {
        lines.add("%s: free space unknown".formatted(existing));
      }
    }
    return lines;
  }
}
