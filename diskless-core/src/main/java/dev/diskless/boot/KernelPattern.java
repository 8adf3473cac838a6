package dev.diskless.boot;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Versions of kernels that the key {@code kernel} of a group selects. */
final class KernelPattern {

  private final Pattern pattern;

  /**
   * @param glob a version; {@code *} matches any text, and {@code ?} one character
   */
  KernelPattern(String glob) {
    this.pattern =
        Pattern.compile(
            glob.chars()
                .mapToObj(
                    c ->
                        switch (c) {
                          case '*' -> ".*";
                          case '?' -> ".";
                          default -> Pattern.quote(Character.toString(c));
                        })
                .collect(Collectors.joining()),
            Pattern.DOTALL);
  }

  boolean matches(String version) {
    return pattern.matcher(version).matches();
  }
}
