package dev.diskless.master;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a release has for a node: a line of {@code META-INF/diskless/trees}.
 *
 * @param node the node's name
 * @param address of the node, which also names its private tree
 * @param root the root mode's keyword
 * @param image the name of its image
 * @param group the name of its group
 */
public record TreeOfNode(String node, String address, String root, String image, String group) {

  /** Whether the node writes into a tree of its own in the release. */
  boolean isPrivate() {
    return root.equals("full") || root.equals("shared");
  }

  /** All nodes of an installed release, in the descriptor's order. */
  public static List<TreeOfNode> of(Path release) throws IOException {
    Path file = release.resolve("META-INF/diskless/trees");
    return Files.exists(file) ? parse(Files.readAllLines(file)) : List.of();
  }

  /** The lines of such a file. */
  static List<TreeOfNode> parse(List<String> lines) {
    List<TreeOfNode> trees = new ArrayList<>();
    for (String line : lines) {
      String[] parts = line.split("\t", -1);
      if (parts.length == 5) {
        trees.add(new TreeOfNode(parts[0], parts[1], parts[2], parts[3], parts[4]));
      }
    }
    return trees;
  }
}
