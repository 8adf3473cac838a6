package dev.diskless.refresh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.archive.TarWriter;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Content;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileContent;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreeDiff;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The archive that {@code refresh.sh} on a node reads: the plan, and the contents of its files. */
final class RefreshArchive {

  private static final String LAYER = "refresh";
  private static final TreePath FILES = TreePath.of("files");

  /** Finds the content of a file of a plan. */
  @FunctionalInterface
  interface Source {
    Path file(RefreshPlan.Step step) throws IOException;
  }

  private final StringBuilder text = new StringBuilder();
  private final List<RefreshPlan.Step> files = new ArrayList<>();

  private RefreshArchive() {}

  /**
   * Writes the archive of a plan.
   *
   * @param isOverwriting whether the node replaces files that were changed on the node
   * @throws IOException if a file of the release cannot be read, or differs from its manifest
   */
  static void write(Path archive, RefreshPlan plan, boolean isOverwriting, Source source)
      throws IOException {
    RefreshArchive made = new RefreshArchive();
    made.describe(plan);
    try (OutputStream out = Files.newOutputStream(archive);
        TarWriter tar = new TarWriter(out)) {
      made.write(tar, isOverwriting, source);
    }
  }

  private void describe(RefreshPlan plan) {
    line("expect", plan.booted(), plan.refreshed().orElse("-"));
    line("record", plan.target().equals(plan.booted()) ? "-" : plan.target());
    List<String> emptied = new ArrayList<>();
    for (RefreshPlan.Step step : plan.steps()) {
      TreeDiff.Change change = step.change();
      String path = "/" + change.path().raw();
      Optional<Entry> before = change.before();
      if (change.after().isEmpty()) {
        if (before.orElseThrow().isDirectory()) {
          emptied.add(path);
        } else {
          line("remove", number(step), state(before), path);
        }
        continue;
      }
      Entry after = change.after().get();
      if (!after.isDirectory()) {
        line("put", number(step), state(before), state(change.after()), path);
      } else if (before.isEmpty()) {
        line("mkdir", mode(after), owner(after), path);
      } else {
        line("mode", mode(after), owner(after), mode(before.get()), owner(before.get()), path);
      }
    }
    // A child comes before its parent.
    Collections.reverse(emptied);
    emptied.forEach(path -> line("rmdir", path));
    plan.actions().forEach(action -> line("action", action.verb(), action.words()));
  }

  private void line(String... fields) {
    text.append(String.join("\t", fields)).append('\n');
  }

  private String number(RefreshPlan.Step step) {
    files.add(step);
    return Integer.toString(files.size());
  }

  private static String mode(Entry entry) {
    return "%04o".formatted(entry.metadata().mode() & 07777);
  }

  private static String owner(Entry entry) {
    return entry.metadata().uid() + ":" + entry.metadata().gid();
  }

  /** Returns the state of a path as the script writes it. */
  private static String state(Optional<Entry> entry) {
    return entry.map(RefreshArchive::state).orElse("-");
  }

  private static String state(Entry entry) {
    return switch (entry.type()) {
      case FILE -> "f" + entry.content().digest().orElseThrow().hex();
      case SYMLINK -> "l" + Digest.of((entry.rawTarget() + "\n").getBytes(ISO_8859_1)).hex();
      default -> "d";
    };
  }

  private void write(TarWriter tar, boolean isOverwriting, Source source) throws IOException {
    tar.write(TreePath.of("plan"), ownFile("plan", text.toString()));
    if (isOverwriting) {
      tar.write(TreePath.of("overwrite"), ownFile("overwrite", ""));
    }
    tar.write(FILES, Entry.directory(FILES, Metadata.root(0700, Instant.EPOCH), LAYER));
    for (int i = 0; i < files.size(); i++) {
      RefreshPlan.Step step = files.get(i);
      if (step.change().after().isPresent()) {
        Entry entry = step.change().after().get();
        TreePath name = FILES.resolve(Integer.toString(i + 1));
        tar.write(name, entry.isFile() ? entry.withContent(content(step, source)) : entry);
      }
    }
  }

  private static Content content(RefreshPlan.Step step, Source source) throws IOException {
    Content recorded = step.change().after().orElseThrow().content();
    return new FileContent(source.file(step), recorded.size(), null, recorded.digest());
  }

  private static Entry ownFile(String name, String text) {
    return Entry.file(
        TreePath.of(name),
        Metadata.root(0600, Instant.EPOCH),
        new BytesContent(text.getBytes(ISO_8859_1)),
        LAYER);
  }
}
