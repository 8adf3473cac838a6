package dev.diskless.diff;

import dev.diskless.tree.Attributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Path that differs between the two versions.
 *
 * @param path from the root with a slash before it; without one, below the TFTP root's {@code boot}
 * @param before empty if it was added
 * @param after empty if it was removed
 * @param diff lines of a unified difference, with control characters made visible; of a file that
 *     came or went, all of its lines; empty where no text is shown
 * @param whyNoDiff why none is shown though the content differs: {@code private}, {@code binary},
 *     {@code large}
 */
public record FileChange(
    String path,
    Optional<Attributes> before,
    Optional<Attributes> after,
    List<String> diff,
    Optional<String> whyNoDiff) {

  /** Only those who may read the file see its text. */
  static final String PRIVATE = "private";

  /** The content is not text. */
  static final String BINARY = "binary";

  /** The file, or the total of all changed texts, is too large. */
  static final String LARGE = "large";

  public FileChange {
    Objects.requireNonNull(path, "path");
    diff = List.copyOf(diff);
  }

  /** {@code added}, {@code removed} or {@code changed}. */
  public String kind() {
    if (before.isEmpty()) {
      return "added";
    }
    return after.isEmpty() ? "removed" : "changed";
  }

  /** What is different about it beside its text, in words; of what came or went, what it is. */
  public List<String> details() {
    return before.isPresent() && after.isPresent()
        ? before.get().changesTo(after.get())
        : before.or(() -> after).orElseThrow().description();
  }
}
