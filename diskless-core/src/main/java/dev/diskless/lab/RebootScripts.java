package dev.diskless.lab;

import dev.diskless.model.Node;
import dev.diskless.model.RootMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks of a reboot, as POSIX shell scripts like the scripts of {@link CheckScripts}. Before the
 * reboot, a node creates a file in each folder that its root mode lets it write. After the reboot,
 * scripts look for these files on the node and on the master.
 */
final class RebootScripts {

  /** Prefix of the file that a node creates as a mark. The node's name follows. */
  private static final String MARK = ".diskless-lab-";

  /** Seconds that a node without need of a master must keep running without it. */
  static final int SECONDS_ALONE = 60;

  /**
   * Expected access of a node to its folders, and persistence of their files.
   *
   * @param writable folders that take marks
   * @param kept the writable folders whose marks must exist after a reboot
   * @param refused folders that must not be writable
   */
  private record Expected(List<String> writable, List<String> kept, List<String> refused) {}

  private RebootScripts() {}

  private static Expected expected(RootMode mode) {
    List<String> own = List.of("/etc", "/var", "/root");
    List<String> whole = new ArrayList<>(List.of("/", "/usr"));
    whole.addAll(own);
    List<String> all = new ArrayList<>(whole);
    // systemd empties /tmp at each start, on every file system (tmpfiles.d(5)).
    all.add("/tmp");
    return switch (mode) {
      case FULL -> new Expected(all, whole, List.of());
      case SHARED -> {
        List<String> writable = new ArrayList<>(own);
        writable.add("/tmp");
        yield new Expected(writable, own, List.of("/", "/usr"));
      }
      case OVERLAY, RAM -> new Expected(all, List.of(), List.of());
    };
  }

  /** Returns the script that creates the marks on the node. */
  static String mark(Node node) {
    Expected expected = expected(node.group().root());
    StringBuilder script = new StringBuilder("wrong=0\n");
    for (String folder : expected.writable()) {
      script.append(
          "echo %s >%s && echo 'left %2$s' || { echo 'no file can be written in %s'; wrong=1; }\n"
              .formatted(node.name(), path(folder, node), folder));
    }
    for (String folder : expected.refused()) {
      script.append(
          "if touch %s 2>/dev/null; then echo '%s can be written'; wrong=1; else echo '%2$s takes nothing'; fi\n"
              .formatted(path(folder, node), folder));
    }
    // Without sync, the reboot could lose a mark although the root is correct.
    return script.append("sync\nexit $wrong\n").toString();
  }

  /** Returns the script that looks for the marks on the node after the reboot. */
  static String marked(Node node) {
    Expected expected = expected(node.group().root());
    StringBuilder script = new StringBuilder("wrong=0\n");
    for (String folder : expected.writable()) {
      String path = path(folder, node);
      if (expected.kept().contains(folder)) {
        script.append(
            "[ \"$(cat %s 2>/dev/null)\" = %s ] && echo 'kept %1$s' || { echo 'lost %1$s'; wrong=1; }\n"
                .formatted(path, node.name()));
      } else if (expected.kept().isEmpty()) {
        script.append(
            "[ ! -e %s ] && echo 'gone %1$s' || { echo 'still there: %1$s'; wrong=1; }\n"
                .formatted(path));
      }
    }
    return script.append(others(node, expected)).append("exit $wrong\n").toString();
  }

  private static String others(Node node, Expected expected) {
    StringBuilder script = new StringBuilder();
    for (String folder : expected.writable()) {
      script.append(
          """
          for f in %s*; do
              [ -e "$f" ] && [ "$f" != %s ] || continue
              echo "there is the mark of another node: $f"
              wrong=1
          done
          """
              .formatted(
                  folder.equals("/") ? "/" + MARK : folder + "/" + MARK, path(folder, node)));
    }
    return script.toString();
  }

  /**
   * Returns the script that looks for the marks on the master after the reboot. {@code $found}
   * lists all marks below the directory of the releases, with a line for each. Shared trees are in
   * {@code images/} and {@code groups/} of a release.
   */
  static String onMaster(Node node) {
    Expected expected = expected(node.group().root());
    String name = MARK + node.name();
    StringBuilder script =
        new StringBuilder(
            """
            wrong=0
            echo "marks on the master: ${found:-none}"
            if printf '%s\n' "$found" | grep -E '/(images|groups)/'; then
                echo 'it wrote into what is shared'
                wrong=1
            fi
            """);
    if (expected.kept().isEmpty()) {
      script.append("[ -z \"$found\" ] || { echo 'it left something there'; wrong=1; }\n");
    }
    for (String folder : expected.kept()) {
      script.append(
          "printf '%%s\\n' \"$found\" | grep -q '%s/%s$' || { echo 'none of %1$s'; wrong=1; }\n"
              .formatted(folder.equals("/") ? "" : folder, name.replace(".", "\\.")));
    }
    return script.append("exit $wrong\n").toString();
  }

  /**
   * Whether the node keeps running when its master is switched off. On these nodes, the lab runs
   * alone.sh.
   */
  static boolean goesOnAlone(Node node) {
    return node.group().root() == RootMode.RAM && node.group().keeping().state().isEmpty();
  }

  private static String path(String folder, Node node) {
    return (folder.equals("/") ? "/" : folder + "/") + MARK + node.name();
  }
}
