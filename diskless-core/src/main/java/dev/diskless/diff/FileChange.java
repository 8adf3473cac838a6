package dev.diskless.diff;

import dev.diskless.tree.Attributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Path that differs between the two versions.
 *
 * @param path absolute path on a node or master. A path that starts with {@code boot/} is below the
 *     TFTP root instead.
 * @param before attributes in the old version; empty if the path was added
 * @param after attributes in the new version; empty if the path was removed
 * @param diff lines of a unified difference, with visible control characters. An added or removed
 *     file has all its lines here. Empty if the report shows no text.
 * @param whyNoDiff why the report does not show different content: {@code private}, {@code binary}
 *     or {@code large}
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

  /** Returns {@code added}, {@code removed} or {@code changed}. */
  public String kind() {
    if (before.isEmpty()) {
      return "added";
    }
    return after.isEmpty() ? "removed" : "changed";
  }

  /** Describes the changed attributes; for an added or removed path, all attributes. */
  public List<String> details() {
    return before.isPresent() && after.isPresent()
        ? before.get().changesTo(after.get())
        : before.or(() -> after).orElseThrow().description();
  }
}
