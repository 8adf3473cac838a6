package dev.diskless.diff;

import dev.diskless.tree.Attributes;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks at the texts of paths that differ, and says what is to be shown of each. */
final class FileChanges {

  /** RFC 7468, and what openssh writes: a key, whatever its mode says. */
  private static final String KEY = "PRIVATE KEY-----";

  private final ComparedVersion from;
  private final ComparedVersion to;
  private final FileTexts before;
  private final FileTexts after;
  private final ValuePlaceholders placeholdersBefore;
  private final ValuePlaceholders placeholdersAfter;

  private FileChanges(ComparedVersion from, FileTexts before, ComparedVersion to, FileTexts after) {
    this.from = from;
    this.to = to;
    this.before = before;
    this.after = after;
    this.placeholdersBefore = ValuePlaceholders.of(from);
    this.placeholdersAfter = ValuePlaceholders.of(to);
  }

  /** Reads the texts that these changes need, in one pass through each version. */
  static FileChanges read(ComparedVersion from, ComparedVersion to, List<PathChange> changes)
      throws IOException {
    Set<String> old = new HashSet<>();
    Set<String> now = new HashSet<>();
    for (PathChange change : changes) {
      if (change.needsBefore()) {
        old.add(change.before().digest());
      }
      if (change.needsAfter()) {
        now.add(change.after().digest());
      }
    }
    return new FileChanges(from, FileTexts.read(from, old), to, FileTexts.read(to, now));
  }

  /** Returns a change with placeholders for the values of a node, so that nodes can share it. */
  Optional<FileChange> folded(PathChange change) {
    return change.node().isEmpty()
        ? plain(change)
        : of(
            change,
            change.foldedPath(),
            ValuePlaceholders.of(
                from, change.node().get().before(), change.node().get().after(), "old"),
            ValuePlaceholders.of(
                to, change.node().get().after(), change.node().get().before(), "new"));
  }

  /**
   * Returns a change with the values of its node.
   *
   * @return empty if only the version number differs
   */
  Optional<FileChange> plain(PathChange change) {
    return of(change, change.path(), placeholdersBefore, placeholdersAfter);
  }

  /** Returns the text of the old version; empty if the file does not exist or has no text. */
  Optional<String> textBefore(PathChange change) {
    return text(change.before(), before);
  }

  Optional<String> textAfter(PathChange change) {
    return text(change.after(), after);
  }

  private static Optional<String> text(PathChange.File file, FileTexts texts) {
    return file == null ? Optional.empty() : texts.get(file.digest());
  }

  private Optional<FileChange> of(
      PathChange change, String path, ValuePlaceholders old, ValuePlaceholders now) {
    if (!change.isOtherContent()) {
      return Optional.of(sameContent(change, path, old, now));
    }
    Optional<String> was = textBefore(change).map(t -> old.replace(change.path(), t));
    Optional<String> is = textAfter(change).map(t -> now.replace(change.path(), t));
    List<String> diff = List.of();
    Optional<String> why = Optional.empty();
    boolean isText = was.isPresent() && is.isPresent();
    if (isText && was.equals(is)) {
      if (attributes(change.before(), false).equals(attributes(change.after(), false))) {
        return Optional.empty();
      }
    } else if (change.isPrivate() || isText && (isKey(was) || isKey(is))) {
      why = Optional.of(FileChange.PRIVATE);
    } else if (isText) {
      diff = UnifiedText.of(was.get(), is.get());
    } else {
      why = Optional.of(isLarge(change) ? FileChange.LARGE : FileChange.BINARY);
    }
    boolean withSize = why.isPresent() && !why.get().equals(FileChange.PRIVATE);
    return Optional.of(
        new FileChange(
            path,
            attributes(change.before(), withSize),
            attributes(change.after(), withSize),
            diff,
            why));
  }

  private FileChange sameContent(
      PathChange change, String path, ValuePlaceholders old, ValuePlaceholders now) {
    Optional<String> was = change.before() == null ? Optional.of("") : Optional.empty();
    Optional<String> is = change.after() == null ? Optional.of("") : Optional.empty();
    if (change.whole().isPresent()) {
      was = was.or(() -> textBefore(change).map(t -> old.replace(change.path(), t)));
      is = is.or(() -> textAfter(change).map(t -> now.replace(change.path(), t)));
    }
    boolean isShown = was.isPresent() && is.isPresent() && !isKey(was) && !isKey(is);
    return new FileChange(
        path,
        attributes(change.before(), false),
        attributes(change.after(), false),
        isShown ? UnifiedText.of(was.get(), is.get()) : List.of(),
        Optional.empty());
  }

  private boolean isLarge(PathChange change) {
    return !change.needsBefore()
        || before.isPassedOver(change.before().digest())
        || after.isPassedOver(change.after().digest());
  }

  private static boolean isKey(Optional<String> text) {
    return text.get().contains(KEY);
  }

  private static Optional<Attributes> attributes(PathChange.File file, boolean withSize) {
    return Optional.ofNullable(file).map(f -> Attributes.of(f.entry(), f.hardLinks(), withSize));
  }
}
