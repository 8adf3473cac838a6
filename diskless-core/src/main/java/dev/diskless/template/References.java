package dev.diskless.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
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

  /** Directives of Velocity itself that its parser does not make nodes of their own for. */
  private static final Set<String> DIRECTIVES =
      Set.of("foreach", "define", "macro", "parse", "include", "evaluate", "break", "stop");

  private final List<String> lines;
  private final List<Use> uses = new ArrayList<>();
  private final List<Use> calls = new ArrayList<>();
  private final Set<String> macros = new TreeSet<>();
  private final Set<String> assigned = new TreeSet<>();
  private boolean includesOthers;

  private References(List<String> lines) {
    this.lines = lines;
  }

  /**
   * @param text what the template was parsed from
   */
  static References of(Template template, String text) {
    References references = new References(text.lines().toList());
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

  /** Of macros; Velocity would print some that are undefined as they stand. */
  List<Use> calls() {
    return calls;
  }

  /** Names of the macros that the template itself defines. */
  Set<String> macros() {
    return macros;
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
      String name = directive.getDirectiveName();
      if (!DIRECTIVES.contains(name) && isCall(directive)) {
        calls.add(new Use(name, directive.getLine(), directive.getColumn()));
      }
      switch (name) {
        case "foreach" -> first = assign(node, 0, 1);
        case "define" -> first = assign(node, 0, 1);
        case "macro" -> {
          macros.add(node.jjtGetChild(0).getFirstTokenImage());
          first = assign(node, 1, node.jjtGetNumChildren() - 1);
        }
        case "parse", "evaluate" -> includesOthers = true;
        default -> {}
      }
    }
    for (int i = first; i < node.jjtGetNumChildren(); i++) {
      visit(node.jjtGetChild(i));
    }
  }

  /**
   * Without a parenthesis it is text, such as a line that a configuration file has commented out.
   */
  private boolean isCall(ASTDirective directive) {
    String name = Pattern.quote(directive.getDirectiveName());
    return Pattern.compile("#(@\\{?" + name + "|\\{?" + name + "\\}?\\()")
        .matcher(lines.get(directive.getLine() - 1))
        .find();
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
