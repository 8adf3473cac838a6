package dev.diskless.diff;

import dev.diskless.diff.Difference.Block;
import java.util.ArrayList;
import java.util.List;

/** The difference for the console: what is alike is said once. */
public final class TextReport {

  private final Difference difference;
  private final int limit;
  private final String rest;
  private final List<String> lines = new ArrayList<>();

  private TextReport(Difference difference, int limit, String rest) {
    this.difference = difference;
    this.limit = limit;
    this.rest = rest;
  }

  /**
   * @param limit maximum number of files per block and of lines per file that the report shows
   * @param rest file with the full report, named in the line that replaces the rest
   */
  public static List<String> of(Difference difference, int limit, String rest) {
    return new TextReport(difference, limit, rest).write();
  }

  private List<String> write() {
    ReportLines phrases = new ReportLines(difference);
    lines.add(phrases.title());
    if (difference.isEmpty()) {
      lines.add("  nothing differs" + phrases.butTheVersion());
    }
    section("nodes", phrases.nodes());
    section("packages", phrases.packages(limit, rest));
    section("kernels", phrases.kernels());
    List<Block> blocks = difference.blocks();
    for (Block block : blocks.subList(0, Math.min(limit, blocks.size()))) {
      files(phrases.who(block), block.changes());
    }
    if (blocks.size() > limit) {
      lines.add("");
      lines.add(phrases.moreBlocks(limit, rest));
    }
    files("TFTP and HTTP root", difference.boot());
    files("master", difference.master());
    section("services of the master", phrases.services());
    section("reboot", phrases.reboots());
    section("files that change without a reboot", phrases.refreshes());
    if (!difference.isEmpty() && difference.onlyVersion() > 0) {
      lines.add("");
      lines.add(phrases.onlyVersion());
    }
    return lines;
  }

  private void section(String title, List<String> content) {
    if (!content.isEmpty()) {
      lines.add("");
      lines.add(title + ":");
      content.forEach(l -> lines.add("  " + l));
    }
  }

  private void files(String title, List<FileChange> changes) {
    if (changes.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(title + ":");
    for (FileChange change : changes.subList(0, Math.min(limit, changes.size()))) {
      lines.add("  " + ReportLines.file(change));
      int shown = Math.min(limit, change.diff().size());
      change.diff().subList(0, shown).forEach(l -> lines.add("      " + l));
      if (shown < change.diff().size()) {
        lines.add("      … %,d more lines in %s".formatted(change.diff().size() - shown, rest));
      }
    }
    if (changes.size() > limit) {
      lines.add("  … %,d more files in %s".formatted(changes.size() - limit, rest));
    }
  }
}
