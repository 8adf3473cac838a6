package dev.diskless.discover;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Descriptor with additional entries at the end of its list {@code nodes}. Lines are inserted into
 * the text, because writing all of it from the model would lose comments.
 */
final class NodesText {

  private static final String REMEDY = "add the lines by hand";

  private NodesText() {}

  static String with(Path file, String text, List<Newcomer> newcomers) {
    String mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
    String yaml = text.substring(mark.length());
    String end = yaml.contains("\r\n") ? "\r\n" : "\n";
    MappingNode root = root(file, yaml);
    Optional<NodeTuple> nodes =
        root.getValue().stream()
            .filter(t -> t.getKeyNode() instanceof ScalarNode key && key.getValue().equals("nodes"))
            .findFirst();
    int column;
    int after;
    StringBuilder added = new StringBuilder();
    if (nodes.isEmpty()) {
      after = last(root);
      column = 2;
      added.append("nodes:").append(end);
    } else if (nodes.get().getValueNode() instanceof SequenceNode list
        && list.getFlowStyle() == FlowStyle.BLOCK
        && !list.getValue().isEmpty()
        && start(list) > end(nodes.get().getKeyNode())) {
      after = last(list);
      column = list.getStartMark().orElseThrow().getColumn();
    } else {
      throw Additions.refused(
          file,
          "its nodes are not a list with one line for each node that begins with a" + " dash",
          REMEDY);
    }
    for (Newcomer newcomer : newcomers) {
      added.append(" ".repeat(column)).append("- ").append(newcomer.yaml()).append(end);
    }
    // The rest of the line of the last entry is a comment.
    int line = yaml.offsetByCodePoints(0, after);
    int at = line > 0 && yaml.charAt(line - 1) == '\n' ? line : yaml.indexOf('\n', line) + 1;
    String before = at == 0 ? yaml + end : yaml.substring(0, at);
    return mark + before + added + (at == 0 ? "" : yaml.substring(at));
  }

  private static MappingNode root(Path file, String yaml) {
    try {
      // Marks are offsets in code points.
      LoadSettings settings =
          LoadSettings.builder().setUseMarks(true).setCodePointLimit(Integer.MAX_VALUE).build();
      Optional<Node> root = new Compose(settings).composeString(yaml);
      if (root.isPresent()
          && root.get() instanceof MappingNode mapping
          && mapping.getFlowStyle() == FlowStyle.BLOCK) {
        return mapping;
      }
    } catch (YamlEngineException wrong) {
      throw Additions.refused(file, "it cannot be read as YAML", "run diskless:validate");
    }
    throw Additions.refused(file, "it is not a mapping with one line for each key", REMEDY);
  }

  /**
   * Returns the end of the last scalar in a node. The end of a block node is at the start of the
   * next node.
   */
  private static int last(Node node) {
    if (node instanceof SequenceNode list
        && list.getFlowStyle() == FlowStyle.BLOCK
        && !list.getValue().isEmpty()) {
      return last(list.getValue().get(list.getValue().size() - 1));
    }
    if (node instanceof MappingNode mapping
        && mapping.getFlowStyle() == FlowStyle.BLOCK
        && !mapping.getValue().isEmpty()) {
      NodeTuple tuple = mapping.getValue().get(mapping.getValue().size() - 1);
      return Math.max(end(tuple.getKeyNode()), last(tuple.getValueNode()));
    }
    return end(node);
  }

  private static int start(Node node) {
    return node.getStartMark().map(Mark::getIndex).orElse(0);
  }

  private static int end(Node node) {
    return node.getEndMark().map(Mark::getIndex).orElse(0);
  }
}
