package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel's configuration, as {@code .config} has it (Documentation/kbuild/kconfig.rst).
 *
 * @param options by name without {@code CONFIG_}; one that is not set is not among them
 */
public record KernelConfiguration(Map<String, String> options) {

  /** What became of an option. */
  public enum State {
    /** In the kernel itself. */
    BUILT_IN,
    /** In a file that is loaded later, from an initramfs or the root. */
    MODULE,
    /** Not there. */
    NOT_SET
  }

  private static final Pattern LINE = Pattern.compile("CONFIG_(\\w+)=(.*)");

  /** No distribution's has a twentieth of it. */
  private static final int LONGEST = 8 << 20;

  public KernelConfiguration {
    options = Map.copyOf(options);
  }

  /**
   * Reads a configuration.
   *
   * @throws IOException if it is none: no option stands in it
   */
  public static KernelConfiguration read(InputStream in) throws IOException {
    Map<String, String> options = new HashMap<>();
    byte[] all = in.readNBytes(LONGEST);
    BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(new java.io.ByteArrayInputStream(all), ISO_8859_1));
    String line;
    while ((line = lines.readLine()) != null) {
      Matcher option = LINE.matcher(line);
      if (option.matches()) {
        options.put(option.group(1), option.group(2));
      }
    }
    if (options.isEmpty()) {
      throw new IOException("it has no line CONFIG_…=…");
    }
    return new KernelConfiguration(options);
  }

  /** What became of an option. */
  public State state(String option) {
    return switch (options.getOrDefault(option, "n")) {
      case "n" -> State.NOT_SET;
      case "m" -> State.MODULE;
      default -> State.BUILT_IN;
    };
  }

  /** Whether it is in the kernel itself. */
  public boolean isBuiltIn(String option) {
    return state(option) == State.BUILT_IN;
  }

  /** Whether it is in the kernel or a module. */
  public boolean has(String option) {
    return state(option) != State.NOT_SET;
  }
}
