package dev.diskless.mojo;

import java.util.Optional;

/** Type to which Maven converts the text of a property. */
enum ParameterType {
  /** {@code true} or {@code false}, in upper or lower case. */
  BOOLEAN,
  /** A whole number of 32 bits, in a form that {@link Integer#decode} accepts. */
  INT,
  /** A whole number of 64 bits, in a form that {@link Long#decode} accepts. */
  LONG,
  /** Any text. */
  TEXT;

  /**
   * Returns the type of a parameter.
   *
   * @param className name of a primitive type or of a class, as in the plugin's descriptor
   */
  static ParameterType of(String className) {
    return switch (className) {
      case "boolean", "java.lang.Boolean" -> BOOLEAN;
      case "int", "java.lang.Integer" -> INT;
      case "long", "java.lang.Long" -> LONG;
      default -> TEXT;
    };
  }

  /** Returns why a text is not a value of this type; empty if the text is a value. */
  Optional<String> objection(String text) {
    try {
      switch (this) {
        case BOOLEAN -> {
          if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            return Optional.of("is neither true nor false");
          }
        }
        case INT -> Integer.decode(text);
        case LONG -> Long.decode(text);
        case TEXT -> {}
      }
      return Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.of(
          "is not a whole number between "
              + (this == INT
                  ? Integer.MIN_VALUE + " and " + Integer.MAX_VALUE
                  : Long.MIN_VALUE + " and " + Long.MAX_VALUE));
    }
  }
}
