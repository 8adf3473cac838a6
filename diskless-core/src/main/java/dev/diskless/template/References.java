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
 * Variables and macros that a template uses, found without rendering it. Velocity's strict mode
 * stops at the first undefined variable and accepts {@code #if($typo)}. This class finds them all.
 */
final class References {

  /**
   * Use of a variable or macro.
   *
   * @param name name without the dollar sign or number sign
   * @param line line, counted from 1
   * @param column column, counted from 1
   */
  record Use(String name, int line, int column) {}

  /** Velocity's own directives that its parser represents as {@link ASTDirective}, like macros. */
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
   * Finds the references of a template.
   *
   * @param text source of the template
   */
  static References of(Template template, String text) {
    References references = new References(text.lines().toList());
    references.visit((SimpleNode) template.getData());
    return references;
  }

  /** Returns the uses of variables, in the order of the text. */
  List<Use> uses() {
    return uses;
  }

  /** Returns the names of the variables that the template assigns. */
  Set<String> assigned() {
    return assigned;
  }

  /** Returns the calls of macros. Velocity prints some calls of undefined macros unchanged. */
  List<Use> calls() {
    return calls;
  }

  /** Returns the names of the macros that the template defines. */
  Set<String> macros() {
    return macros;
  }

  /** Returns whether other templates can assign variables of this template. */
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
   * Returns whether a directive is a call. Without a parenthesis it is text, such as a comment line
   * of a configuration file.
   */
  private boolean isCall(ASTDirective directive) {
    String name = Pattern.quote(directive.getDirectiveName());
    return Pattern.compile("#(@\\{?" + name + "|\\{?" + name + "\\}?\\()")
        .matcher(lines.get(directive.getLine() - 1))
        .find();
  }

  /** Records the references among these children as assigned. Returns the next child to visit. */
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
