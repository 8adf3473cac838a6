package dev.diskless.language;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Mechanical rules of docs/style.md for the Javadoc, the comments and the messages of one source
 * file.
 */
final class PlainEnglish {

  /** Maximum number of words in a sentence. */
  static final int WORDS = 25;

  /** Phrases that docs/style.md rejects, as regular expressions. */
  private static final Pattern PHRASES =
      Pattern.compile(
          "\\b(?:"
              + String.join(
                  "|",
                  "tells?",
                  "told",
                  "stands? for",
                  "stands? (?:beside|in|here|there|twice|where)",
                  "lies? in",
                  "comes? of",
                  "go(?:es)? over to",
                  "(?:be|is|are) had",
                  "have it that",
                  "(?:is|be) well\\b(?! )",
                  "whoever",
                  "what is in (?:one|it)",
                  "(?<!there )is no(?=\\s[a-z])(?! longer| more | less )",
                  "there (?:is|are) no\\b[^.;]* (?:for|to) it",
                  "to it is",
                  "mends?",
                  "made anew",
                  "nobody(?! in)",
                  "the one\\b[^.;]*\\bthe other",
                  "of ours")
              + ")\\b|, for (?:it|they|the|a|an|no|nothing|nobody|there|which|what|that|this|"
              + "only|one|its|their)\\b");

  /** Words that are neither a verb nor a noun phrase at the start of Javadoc. */
  private static final Pattern STARTS =
      Pattern.compile(
          "(?:What|Where|Who|Whoever|Of|It|This|That|Those|These|Here|There|By|As|In|From|With|And"
              + "|The same|Nothing|One|None|None of|Nobody|For|If|When|So)\\b.*",
          Pattern.DOTALL);

  private static final Pattern LITERAL_WORDS = Pattern.compile(".*[a-zA-Z]{2,} +[a-zA-Z]{2,}.*");

  private final List<String> found = new ArrayList<>();
  private final String file;
  private final String source;

  private PlainEnglish(String file, String source) {
    this.file = file;
    this.source = source;
  }

  /**
   * Returns all violations in a source file, each as {@code file:line: text}.
   *
   * @param file name for the result
   * @param source Java source text
   * @throws IOException if the compiler cannot read the source
   */
  static List<String> violations(String file, String source) throws IOException {
    PlainEnglish check = new PlainEnglish(file, source);
    check.trees();
    check.lineComments();
    return check.found;
  }

  private void trees() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject object =
        new SimpleJavaFileObject(URI.create("string:///" + file), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, d -> {}, List.of(), null, List.of(object));
    DocTrees docs = DocTrees.instance(task);
    for (CompilationUnitTree unit : task.parse()) {
      new Scanner(docs, unit).scan(unit, null);
      // A comment of a package has no tree that the scanner visits.
      if (file.endsWith("package-info.java")) {
        Matcher comment = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL).matcher(source);
        if (comment.find()) {
          prose(1, comment.group(1).replaceAll("(?m)^\\s*\\* ?", ""), true);
        }
      }
    }
  }

  /** Visits declarations with Javadoc, and literals. */
  private final class Scanner extends TreePathScanner<Void, Void> {

    private final DocTrees docs;
    private final CompilationUnitTree unit;

    Scanner(DocTrees docs, CompilationUnitTree unit) {
      this.docs = docs;
      this.unit = unit;
    }

    private int line(Tree tree) {
      long position = docs.getSourcePositions().getStartPosition(unit, tree);
      return (int) unit.getLineMap().getLineNumber(position);
    }

    private Optional<String> javadoc(TreePath path) {
      return Optional.ofNullable(docs.getDocComment(path));
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      Optional<String> doc = javadoc(getCurrentPath());
      doc.ifPresent(text -> prose(line(type), text, true));
      if (type.getKind() == Tree.Kind.RECORD) {
        type.getMembers().stream()
            .filter(VariableTree.class::isInstance)
            .map(VariableTree.class::cast)
            .filter(v -> !v.getModifiers().getFlags().contains(Modifier.STATIC))
            .map(v -> v.getName().toString())
            .filter(name -> !hasParam(doc.orElse(""), name))
            .forEach(name -> report(line(type), "record component without @param: " + name));
      }
      return super.visitClass(type, unused);
    }

    private static boolean hasParam(String doc, String name) {
      return Pattern.compile("@param\\s+" + Pattern.quote(name) + "\\s+\\S").matcher(doc).find();
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      javadoc(getCurrentPath()).ifPresent(text -> prose(line(method), text, true));
      return super.visitMethod(method, unused);
    }

    @Override
    public Void visitVariable(VariableTree variable, Void unused) {
      javadoc(getCurrentPath()).ifPresent(text -> prose(line(variable), text, true));
      return super.visitVariable(variable, unused);
    }

    @Override
    public Void visitBinary(BinaryTree binary, Void unused) {
      if (binary.getKind() == Tree.Kind.PLUS) {
        message(line(binary), joined(binary));
        return null;
      }
      return super.visitBinary(binary, unused);
    }

    @Override
    public Void visitLiteral(LiteralTree literal, Void unused) {
      if (literal.getValue() instanceof String text) {
        message(line(literal), text);
      }
      return super.visitLiteral(literal, unused);
    }

    private static String joined(Tree tree) {
      if (tree instanceof BinaryTree binary && binary.getKind() == Tree.Kind.PLUS) {
        return joined(binary.getLeftOperand()) + joined(binary.getRightOperand());
      }
      return tree instanceof LiteralTree literal && literal.getValue() instanceof String text
          ? text
          : "X";
    }
  }

  /** Patterns, shell commands and format strings are not prose. */
  private void message(int line, String text) {
    if (LITERAL_WORDS.matcher(text).matches() && !text.matches("(?s).*[\\n\\\\$|^{}].*")) {
      prose(line, text, false);
    }
  }

  private void lineComments() {
    StringBuilder comment = new StringBuilder();
    int start = 0;
    String[] lines = source.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (line.startsWith("// ")) {
        if (comment.isEmpty()) {
          start = i + 1;
        }
        comment.append(line.substring(3)).append(' ');
      } else if (!comment.isEmpty()) {
        prose(start, comment.toString(), false);
        comment.setLength(0);
      }
    }
  }

  private void prose(int line, String raw, boolean isJavadoc) {
    String text =
        raw.replaceAll("\\{@(?:code|link|linkplain|value|literal)\\s+[^}]*}", "X")
            .replaceAll("(?s)<(code|pre)>.*?</\\1>", "X")
            .replaceAll("<(?:p|li|ul|ol|/li|/ul|/ol|br)\\s*/?>", ". ")
            .replaceAll("[\"“][^\"”]{1,60}[\"”]|`[^`]*`", "X");
    List<String> blocks = new ArrayList<>(List.of(text.split("(?m)^\\s*(?=@[a-z]+\\b)")));
    for (String block : blocks) {
      String flat = block.strip().replaceAll("\\s+", " ");
      String body = flat.replaceFirst("^@(?:param|throws) \\S+ ?|^@\\w+ ?", "");
      Matcher phrase = PHRASES.matcher(body);
      while (phrase.find()) {
        report(line, "\"" + phrase.group() + "\" in: " + body);
      }
      for (String sentence : body.split("(?<=[.!?])\\s+(?=[A-Z(X])")) {
        long words = Pattern.compile("[\\p{L}\\p{N}%][^\\s]*").matcher(sentence).results().count();
        if (words > WORDS) {
          report(line, words + " words in: " + sentence);
        }
      }
    }
    if (isJavadoc && !blocks.get(0).isBlank() && STARTS.matcher(blocks.get(0).strip()).matches()) {
      report(
          line,
          "does not start with a verb or a noun: "
              + blocks.get(0).strip().lines().findFirst().orElseThrow());
    }
  }

  private void report(int line, String text) {
    found.add("%s:%d: %s".formatted(file, line, text));
  }

  /** Returns the simple names that more than one of the given source files defines. */
  static List<String> sharedNames(List<String> fileNames) {
    return fileNames.stream()
        .filter(name -> !name.equals("package-info.java"))
        .collect(
            Collectors.groupingBy(name -> name.toLowerCase(Locale.ROOT), Collectors.counting()))
        .entrySet()
        .stream()
        .filter(entry -> entry.getValue() > 1)
        .map(entry -> entry.getKey())
        .sorted()
        .toList();
  }
}
