package dev.diskless.diff;

import dev.diskless.diff.Difference.Block;
import dev.diskless.diff.Difference.ImageChange;
import dev.diskless.diff.Difference.KernelChange;
import dev.diskless.diff.Difference.Reboot;
import dev.diskless.diff.Difference.SettingChange;
import dev.diskless.master.ServiceAction;
import dev.diskless.model.NodeNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lines that the text report and the Markdown report share. */
final class ReportLines {

  private final Difference difference;

  ReportLines(Difference difference) {
    this.difference = difference;
  }

  String title() {
    return "%s: %s -> %s"
        .formatted(difference.cluster(), difference.from().version(), difference.to().version());
  }

  String butTheVersion() {
    return difference.onlyVersion() == 0
        ? ""
        : ", but the version's own name in %s".formatted(count(difference.onlyVersion(), "file"));
  }

  String onlyVersion() {
    return count(difference.onlyVersion(), "more file")
        + (difference.onlyVersion() == 1 ? " differs" : " differ")
        + " only in the version's own name";
  }

  List<String> nodes() {
    List<String> lines = new ArrayList<>();
    if (!difference.added().isEmpty()) {
      lines.add("added: " + who(difference.added()));
    }
    if (!difference.removed().isEmpty()) {
      lines.add("removed: " + who(difference.removed()));
    }
    for (SettingChange setting : difference.settings()) {
      lines.add(
          "%s %s -> %s: %s"
              .formatted(
                  setting.setting(), setting.before(), setting.after(), who(setting.nodes())));
    }
    return lines;
  }

  List<String> packages(int limit, String rest) {
    List<String> lines = new ArrayList<>();
    for (ImageChange image : difference.images()) {
      if (!image.kind().equals("changed")) {
        lines.add("image %s: %s".formatted(image.image(), image.kind()));
        continue;
      }
      List<PackageChange> packages = image.packages();
      lines.add("image %s: %s".formatted(image.image(), count(packages.size(), "package")));
      for (PackageChange each : packages.subList(0, Math.min(limit, packages.size()))) {
        lines.add("  " + line(each));
      }
      if (packages.size() > limit) {
        lines.add("  … %,d more in %s".formatted(packages.size() - limit, rest));
      }
    }
    return lines;
  }

  private static String line(PackageChange change) {
    String versions =
        change.before().isPresent() && change.after().isPresent()
            ? change.before().get() + " -> " + change.after().get()
            : change.before().or(change::after).orElseThrow();
    return "%-10s %s %s".formatted(change.kind(), change.name(), versions);
  }

  List<String> kernels() {
    return difference.kernels().stream().map(ReportLines::line).toList();
  }

  private static String line(KernelChange kernel) {
    String line = "%s of %s: ".formatted(kernel.file(), kernel.of());
    Optional<String> before = kernel.before();
    Optional<String> after = kernel.after();
    if (!kernel.kind().equals("changed")) {
      return line + kernel.kind() + before.or(() -> after).map(p -> " " + p).orElse("");
    }
    if (before.isEmpty() || after.isEmpty()) {
      return line + "changed";
    }
    return line
        + (before.equals(after) ? "changed " + after.get() : before.get() + " -> " + after.get());
  }

  List<String> services() {
    return difference.services().stream().map(ReportLines::line).toList();
  }

  private static String line(ServiceAction service) {
    return service.verb()
        + " "
        + service.unit()
        + service.whyRestart().map(w -> ", because " + w).orElse("");
  }

  List<String> reboots() {
    List<String> lines = new ArrayList<>();
    for (Reboot reboot : difference.reboots()) {
      lines.add(who(reboot.nodes()) + ": " + String.join(", ", reboot.reasons()));
    }
    if (lines.isEmpty() && !difference.refreshes().isEmpty()) {
      lines.add("no node must reboot to get the changes");
    } else if (!difference.unchanged().isEmpty()) {
      lines.add(
          (lines.isEmpty() ? "no node" : "not")
              + (lines.isEmpty()
                  ? " must reboot to get the changes"
                  : ": " + who(difference.unchanged())));
    }
    return lines;
  }

  List<String> refreshes() {
    return difference.refreshes().isEmpty()
        ? List.of()
        : List.of(who(difference.refreshes()) + ": diskless:refresh writes them after the switch");
  }

  String who(Block block) {
    int count = block.nodes().size();
    return count == 1 ? block.nodes().get(0) : "the same on " + who(block.nodes());
  }

  /** Returns the line that replaces the blocks beyond the limit. */
  String moreBlocks(int limit, String rest) {
    List<Block> left = difference.blocks().subList(limit, difference.blocks().size());
    List<String> nodes = left.stream().flatMap(b -> b.nodes().stream()).distinct().toList();
    return "… more files of %s in %s".formatted(who(nodes), rest);
  }

  /** Returns text such as {@code 98 nodes (node[001-098])}, or {@code all 98 nodes (…)}. */
  String who(List<String> nodes) {
    if (nodes.size() == 1) {
      return nodes.get(0);
    }
    String all = nodes.size() == difference.nodes() ? "all " : "";
    return "%s%,d nodes (%s)".formatted(all, nodes.size(), NodeNames.fold(nodes));
  }

  static String count(int count, String what) {
    return "%,d %s%s".formatted(count, what, count == 1 ? "" : "s");
  }

  /** Returns the line of a file, without its text. */
  static String file(FileChange change) {
    StringBuilder line = new StringBuilder(sign(change)).append(' ').append(change.path());
    List<String> details = new ArrayList<>(change.details());
    change.whyNoDiff().ifPresent(why -> details.add(why(why)));
    if (!details.isEmpty()) {
      line.append(" (").append(String.join(", ", details)).append(')');
    }
    return line.toString();
  }

  private static String sign(FileChange change) {
    return switch (change.kind()) {
      case "added" -> "+";
      case "removed" -> "-";
      default -> "~";
    };
  }

  static String why(String why) {
    return switch (why) {
      case FileChange.PRIVATE -> "changed; not shown, because not every user can read it";
      case FileChange.LARGE -> "changed; not shown, because it is too large";
      default -> "changed; not shown, because it is not text";
    };
  }
}
