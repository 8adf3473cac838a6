package dev.diskless.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.velocity.Template;
import org.apache.velocity.runtime.parser.node.ASTDirective;
import org.apache.velocity.runtime.parser.node.ASTReference;
import org.apache.velocity.runtime.parser.node.ASTSetDirective;
import org.apache.velocity.runtime.parser.node.Node;
import org.apache.velocity.runtime.parser.node.SimpleNode;

/**
 * The variables of a template, found without rendering it. Strict mode stops at the first one that
 * is undefined, and lets {@code #if($typo)} pass; this finds all of them.
 */
final class References {

  /**
   * @param name without the dollar sign
   * @param line counted from 1
   * @param column counted from 1
   */
  record Use(String name, int line, int column) {}

  private final List<Use> uses = new ArrayList<>();
  private final Set<String> assigned = new TreeSet<>();
  private boolean includesOthers;

  private References() {}

  static References of(Template template) {
    References references = new References();
    references.visit((SimpleNode) template.getData());
    return references;
  }

  /** In the order of the text. */
  List<Use> uses() {
    return uses;
  }

  /** Names that the template itself gives a value anywhere. */
  Set<String> assigned() {
    return assigned;
  }

  /** Whether other templates can assign names in this one. */
  boolean includesOthers() {
    return includesOthers;
  }

  private void visit(Node node) {
    int first = 0;
    if (node instanceof ASTReference reference) {
      uses.add(new Use(reference.getRootString(), reference.getLine(), reference.getColumn()));
    } else if (node instanceof ASTSetDirective) {
      first = assign(node, 0, 1);
    } else if (node instanceof ASTDirective directive) {
      switch (directive.getDirectiveName()) {
        case "foreach" -> first = assign(node, 0, 1);
        case "define" -> first = assign(node, 0, 1);
        case "macro" -> first = assign(node, 1, node.jjtGetNumChildren() - 1);
        case "parse", "evaluate" -> includesOthers = true;
        default -> {}
      }
    }
    for (int i = first; i < node.jjtGetNumChildren(); i++) {
      visit(node.jjtGetChild(i));
    }
  }

  /** Takes the references among some children as assigned; returns the child to go on with. */
  private int assign(Node node, int from, int to) {
    for (int i = from; i < to; i++) {
      Node child = node.jjtGetChild(i);
      if (child instanceof ASTReference reference) {
        assigned.add(reference.getRootString());
        if (reference.jjtGetNumChildren() > 0) {
          visit(reference);
        }
      } else {
        for (int j = 0; j < child.jjtGetNumChildren(); j++) {
          assign(child, j, j + 1);
        }
      }
    }
    return to;
  }
}
