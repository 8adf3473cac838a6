package dev.diskless.descriptor;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Puts Maven properties in the place of <code>${name}</code>, as resource filtering does. <code>
 * \${</code> stands for the two characters themselves. What a property holds is not looked at
 * again.
 */
final class Interpolation {

  /** For files that are not filtered. */
  static final Interpolation NONE = new Interpolation(null);

  private final Function<String, Optional<String>> properties;

  Interpolation(Function<String, Optional<String>> properties) {
    this.properties = properties;
  }

  /** Whether the text has anything that {@link #apply} would look at. */
  boolean concerns(String text) {
    return properties != null && text.contains("${");
  }

  /** Whether the text is one property and nothing else. */
  boolean isSingle(String text) {
    return text.startsWith("${") && text.indexOf('}') == text.length() - 1;
  }

  /**
   * @param wrong takes, for each reference that cannot be replaced, how it is written and its name;
   *     the name is empty where the brace is never closed or has nothing in it
   * @return the text with every known property in its place
   */
  String apply(String text, BiConsumer<String, String> wrong) {
    StringBuilder result = new StringBuilder();
    int at = 0;
    while (true) {
      int open = text.indexOf("${", at);
      if (open < 0) {
        return result.append(text, at, text.length()).toString();
      }
      if (open > at && text.charAt(open - 1) == '\\') {
        result.append(text, at, open - 1).append("${");
        at = open + 2;
        continue;
      }
      int close = text.indexOf('}', open);
      result.append(text, at, open);
      if (close < 0) {
        wrong.accept("${", "");
        return result.append(text, open, text.length()).toString();
      }
      String reference = text.substring(open, close + 1);
      String name = text.substring(open + 2, close).strip();
      Optional<String> value = name.isEmpty() ? Optional.empty() : properties.apply(name);
      if (value.isEmpty()) {
        wrong.accept(reference, name);
      }
      result.append(value.orElse(reference));
      at = close + 1;
    }
  }
}
