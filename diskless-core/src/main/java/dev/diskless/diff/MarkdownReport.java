package dev.diskless.diff;

import dev.diskless.diff.Difference.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * Report of a difference as Markdown for a merge request on GitLab or GitHub. The sections of files
 * are folded; reboots and restarts come first.
 */
public final class MarkdownReport {

  private static final String REST = "diff.json";

  private final Difference difference;
  private final int limit;
  private final List<String> lines = new ArrayList<>();

  private MarkdownReport(Difference difference, int limit) {
    this.difference = difference;
    this.limit = limit;
  }

  /**
   * @param limit maximum number of files per block and of lines per file that the report shows
   */
  public static String of(Difference difference, int limit) {
    return new MarkdownReport(difference, limit).write();
  }

  private String write() {
    ReportLines phrases = new ReportLines(difference);
    lines.add("# " + escape(phrases.title()));
    if (difference.isEmpty()) {
      paragraph("Nothing differs" + phrases.butTheVersion() + ".");
    }
    list("Reboot", phrases.reboots());
    list("Files that change without a reboot", phrases.refreshes());
    list("Services of the master", phrases.services());
    list("Nodes", phrases.nodes());
    code("Packages", phrases.packages(limit, REST));
    list("Kernels", phrases.kernels());
    List<Block> blocks = difference.blocks();
    for (Block block : blocks.subList(0, Math.min(limit, blocks.size()))) {
      files(phrases.who(block), block.changes());
    }
    if (blocks.size() > limit) {
      paragraph(escape(phrases.moreBlocks(limit, REST)));
    }
    files("TFTP and HTTP root", difference.boot());
    files("master", difference.master());
    if (!difference.isEmpty() && difference.onlyVersion() > 0) {
      paragraph(escape(phrases.onlyVersion()) + ".");
    }
    return String.join("\n", lines) + "\n";
  }

  private void paragraph(String text) {
    lines.add("");
    lines.add(text);
  }

  private void list(String title, List<String> items) {
    if (!items.isEmpty()) {
      paragraph("## " + title);
      lines.add("");
      items.forEach(i -> lines.add("- " + escape(i)));
    }
  }

  private void code(String title, List<String> content) {
    if (!content.isEmpty()) {
      paragraph("## " + title);
      fenced("", content);
    }
  }

  private void files(String title, List<FileChange> changes) {
    if (changes.isEmpty()) {
      return;
    }
    paragraph("## Files: " + escape(title));
    List<FileChange> plain = changes.subList(0, Math.min(limit, changes.size()));
    List<String> listed = new ArrayList<>(plain.stream().map(ReportLines::file).toList());
    if (changes.size() > limit) {
      listed.add("… %,d more files in %s".formatted(changes.size() - limit, REST));
    }
    fenced("", listed);
    List<String> texts = new ArrayList<>();
    for (FileChange change : plain) {
      if (!change.diff().isEmpty()) {
        texts.add("--- " + change.path());
        texts.add("+++ " + change.path());
        int shown = Math.min(limit, change.diff().size());
        texts.addAll(change.diff().subList(0, shown));
        if (shown < change.diff().size()) {
          texts.add("… %,d more lines in %s".formatted(change.diff().size() - shown, REST));
        }
      }
    }
    if (!texts.isEmpty()) {
      paragraph("<details><summary>Texts</summary>");
      fenced("diff", texts);
      paragraph("</details>");
    }
  }

  /** Behind a fence longer than any run of backticks in it (CommonMark 0.31, 4.5). */
  private void fenced(String language, List<String> content) {
    int longest = 2;
    for (String line : content) {
      int run = 0;
      for (int i = 0; i < line.length(); i++) {
        run = line.charAt(i) == '`' ? run + 1 : 0;
        longest = Math.max(longest, run);
      }
    }
    String fence = "`".repeat(longest + 1);
    lines.add("");
    lines.add(fence + language);
    lines.addAll(content);
    lines.add(fence);
  }

  /** Escapes the special characters of Markdown and HTML. */
  private static String escape(String text) {
    return text.replaceAll("([\\\\`*_{}\\[\\]<#|~&])", "\\\\$1");
  }
}
