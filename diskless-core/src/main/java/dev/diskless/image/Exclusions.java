package dev.diskless.image;

import dev.diskless.tree.Entry.Type;
import dev.diskless.tree.RawPaths;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.codehaus.plexus.util.MatchPatterns;

/** Files of a running system that its copy must not contain, and the exclusions of the user. */
final class Exclusions {

  /** Fate of a file in the copy. */
  enum Fate {
    KEPT,
    /** The directory stays, without its contents. */
    EMPTIED,
    LEFT_OUT
  }

  /**
   * Directories that each boot fills again, or that belong to services of a single machine
   * (/var/tmp).
   */
  private static final Set<String> EMPTIED = Set.of("proc", "sys", "dev", "run", "tmp", "var/tmp");

  /** Files of the cluster itself: an image with these files would contain itself. */
  private static final List<String> LEFT_OUT = List.of("lost+found", "srv/diskless", "tftpboot");

  private static final List<String> USUAL_SWAP =
      List.of("swapfile", ".swapfile", "swap.img", "swap/swapfile", "var/swap", "var/swapfile");

  private static final String APT_ARCHIVES = "var/cache/apt/archives/";

  private final Set<String> leftOut = new HashSet<>(LEFT_OUT);
  private final Set<String> swap = new HashSet<>(USUAL_SWAP);
  private final Set<String> emptied = new HashSet<>(EMPTIED);
  private final MatchPatterns patterns;

  /**
   * @param top the directory that is copied
   * @param patterns of the user: paths below the top in the manner of Ant, with or without a slash
   *     before
   * @param mounted absolute paths in the tree of directories that are emptied
   * @param own directories that are left out where they lie inside
   */
  Exclusions(Path top, List<String> patterns, List<String> mounted, List<Path> own)
      throws IOException {
    mounted.forEach(path -> emptied.add(RawPaths.raw(Path.of(path)).substring(1)));
    this.patterns =
        patterns.isEmpty()
            ? null
            : MatchPatterns.from(patterns.stream().map(Exclusions::systemPattern).toList());
    for (Path path : own) {
      if (Files.exists(path)) {
        Path real = path.toRealPath();
        if (real.startsWith(top) && !real.equals(top)) {
          String raw = RawPaths.raw(real);
          String rawTop = RawPaths.raw(top);
          leftOut.add(raw.substring(rawTop.length() + (rawTop.endsWith("/") ? 0 : 1)));
        }
      }
    }
    addSwapOf(top.resolve("etc/fstab"));
  }

  private static String systemPattern(String pattern) {
    String relative = pattern.strip();
    while (relative.startsWith("/")) {
      relative = relative.substring(1);
    }
    return relative.replace('/', File.separatorChar);
  }

  /** Swap files by any name (fstab(5)). */
  private void addSwapOf(Path fstab) throws IOException {
    if (!Files.isRegularFile(fstab, LinkOption.NOFOLLOW_LINKS) || !Files.isReadable(fstab)) {
      return;
    }
    for (String line : Files.readAllLines(fstab, StandardCharsets.ISO_8859_1)) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length >= 3 && fields[2].equals("swap") && fields[0].startsWith("/")) {
        swap.add(fields[0].substring(1));
      }
    }
  }

  /**
   * @param raw a path below the top as bytes, one a {@code char}
   */
  Fate of(String raw, FileStatus status) {
    if (status.type() == Type.SOCKET
        || leftOut.contains(raw)
        || status.isFile() && isSpareFile(raw)) {
      return Fate.LEFT_OUT;
    }
    if (patterns != null
        && patterns.matches(
            RawPaths.display(raw).replace('/', File.separatorChar), /* isCaseSensitive= */ true)) {
      return Fate.LEFT_OUT;
    }
    return status.isDirectory() && emptied.contains(raw) ? Fate.EMPTIED : Fate.KEPT;
  }

  private boolean isSpareFile(String raw) {
    return swap.contains(raw) || raw.startsWith(APT_ARCHIVES) && raw.endsWith(".deb");
  }
}
