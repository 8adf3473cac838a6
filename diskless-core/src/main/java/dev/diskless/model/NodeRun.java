package dev.diskless.model;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Nodes of one group with consecutive names and addresses. Files for thousands of nodes name such a
 * run in one line. The addresses differ only in their last number.
 *
 * @param nodes at least one, in their order
 */
public record NodeRun(List<Node> nodes) {

  private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d{1,9})(\\D*)");

  public NodeRun {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a run of no nodes");
    }
  }

  /** All nodes in their order, in as few runs as that order allows. */
  public static List<NodeRun> of(List<Node> nodes) {
    List<NodeRun> runs = new ArrayList<>();
    List<Node> run = new ArrayList<>();
    for (Node node : nodes) {
      if (!run.isEmpty() && !follows(run.get(run.size() - 1), node)) {
        runs.add(new NodeRun(run));
        run.clear();
      }
      run.add(node);
    }
    if (!run.isEmpty()) {
      runs.add(new NodeRun(run));
    }
    return List.copyOf(runs);
  }

  private static boolean follows(Node before, Node after) {
    Matcher one = NUMBERED.matcher(before.name());
    Matcher other = NUMBERED.matcher(after.name());
    if (!before.group().equals(after.group()) || !one.matches() || !other.matches()) {
      return false;
    }
    String number = one.group(2);
    String next = other.group(2);
    boolean isPadded = number.startsWith("0") || next.startsWith("0");
    return one.group(1).equals(other.group(1))
        && one.group(3).equals(other.group(3))
        && Integer.parseInt(number) + 1 == Integer.parseInt(next)
        && (!isPadded || number.length() == next.length())
        && AddressRun.follows(before.address(), after.address());
  }

  /** The first of them. */
  public Node first() {
    return nodes.get(0);
  }

  /** The names, as {@code node[001-100]}. */
  public String names() {
    return NodeNames.fold(nodes.stream().map(Node::name).toList());
  }

  /** The addresses, as {@code 192.168.45.[101-200]}. */
  public String addresses() {
    String address = first().address().toString();
    if (nodes.size() == 1) {
      return address;
    }
    int dot = address.lastIndexOf('.') + 1;
    return "%s[%s-%d]"
        .formatted(
            address.substring(0, dot),
            address.substring(dot),
            AddressRun.lastNumber(nodes.get(nodes.size() - 1).address()));
  }
}
