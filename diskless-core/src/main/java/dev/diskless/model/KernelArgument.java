package dev.diskless.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks a kernel argument. Its value, or the whole argument, can have double quotes and then
 * contains spaces (next_arg in lib/cmdline.c of Linux).
 */
public final class KernelArgument {

  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|[^\" =]+=\"[^\"]*\"");

  /** Words that iPXE does not pass to the kernel (https://ipxe.org/scripting). */
  private static final List<String> WORDS_OF_IPXE = List.of("||", "&&");

  private KernelArgument() {}

  /**
   * Returns why a boot loader or the kernel would read an argument differently; empty if all read
   * the same.
   *
   * @param argument not empty; without control characters
   */
  public static Optional<Fault> faultOf(String argument) {
    if (argument.indexOf('"') < 0) {
      return argument.indexOf(' ') < 0
          ? Optional.empty()
          : Optional.of(
              new Fault(
                  "contains a space",
                  "write each argument as an item of its own, or quote a value with spaces:"
                      + " 'name=\"a b\"'"));
    }
    if (!QUOTED.matcher(argument).matches()) {
      return Optional.of(
          new Fault(
              "has double quotes that do not surround its value",
              "write one pair of double quotes, such as 'name=\"a b\"'"));
    }
    String text = argument.replace("\"", "");
    if (text.contains("  ") || text.strip().length() < text.length() || argument.contains("\" ")) {
      return Optional.of(
          new Fault(
              "has two spaces in a row, or a space beside a quote, which iPXE removes",
              "write single spaces between words"));
    }
    String value = text.substring(text.indexOf('=') + 1);
    for (String word : value.split(" ")) {
      if (value.contains(" ") && (WORDS_OF_IPXE.contains(word) || word.startsWith("#"))) {
        return Optional.of(
            new Fault("contains " + word + ", which ends a command of iPXE", "remove this word"));
      }
    }
    return Arrays.stream(value.split(" "))
        .filter(word -> value.contains(" "))
        .filter(word -> GeneratedArguments.remedyFor(word).isPresent())
        .findFirst()
        .map(
            word ->
                new Fault(
                    "contains the word " + word + ", which the initramfs reads as an argument",
                    "remove this word"));
  }

  /**
   * Reason why an argument is not accepted.
   *
   * @param problem what is wrong, as the end of a sentence about the argument
   * @param remedy what to do
   */
  public record Fault(String problem, String remedy) {}
}
