package dev.diskless.fleet;

import dev.diskless.descriptor.NameRange;
import dev.diskless.model.Node;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Selects nodes with the syntax of ClusterShell: names, ranges, and groups with a prefix {@code @},
 * separated by commas; {@code all} for all nodes.
 */
public final class Selection {

  /** Word that selects every node. */
  private static final String ALL = "all";

  private Selection() {}

  /**
   * Returns the nodes of a selection.
   *
   * @param text selection such as {@code node[001-016],@compute}
   * @param all all nodes of the cluster
   * @param option option with the selection, for messages
   * @return selected nodes in the order of the cluster, without duplicates
   * @throws ProblemException with every word that selects no node, or if the selection is empty
   */
  public static List<Node> of(String text, List<Node> all, String option) {
    List<String> words = words(text == null ? "" : text);
    if (words.isEmpty()) {
      throw new ProblemException(
          "the nodes are missing",
          "choose nodes with -D%s=node[001-016],@group, or all nodes with -D%1$s=all"
              .formatted(option));
    }
    Problems problems = new Problems();
    Set<String> wanted = new LinkedHashSet<>();
    for (String word : words) {
      if (word.equals(ALL)) {
        all.forEach(target -> wanted.add(target.name()));
      } else if (word.startsWith("@")) {
        String group = word.substring(1);
        List<Node> members = all.stream().filter(t -> t.group().lineage().contains(group)).toList();
        if (members.isEmpty()) {
          problems.error(
              "no group with nodes has the name " + group,
              "groups with nodes: "
                  + String.join(
                      ", ", all.stream().map(t -> t.group().name()).distinct().sorted().toList()));
        }
        members.forEach(target -> wanted.add(target.name()));
      } else {
        for (String name : NameRange.names(word, option, problems)) {
          if (all.stream().noneMatch(target -> target.name().equals(name))) {
            problems.error(
                "node " + name + " does not exist",
                "diskless:status prints the names of all nodes");
          }
          wanted.add(name);
        }
      }
    }
    problems.throwIfErrors();
    return all.stream().filter(target -> wanted.contains(target.name())).toList();
  }

  /** Splits text at commas outside of brackets. */
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int depth = 0;
    for (char c : (text + ",").toCharArray()) {
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == ',' && depth <= 0) {
        if (!word.toString().isBlank()) {
          words.add(word.toString().strip());
        }
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    if (!word.toString().isBlank()) {
      words.add(word.substring(0, word.length() - 1).strip());
    }
    return words;
  }
}
