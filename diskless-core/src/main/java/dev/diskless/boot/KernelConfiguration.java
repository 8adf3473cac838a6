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
 * Configuration of a kernel, in the format of {@code .config} (Documentation/kbuild/kconfig.rst).
 *
 * @param options values of the options by name without {@code CONFIG_}; only options that are set
 */
public record KernelConfiguration(Map<String, String> options) {

  /** State of an option. */
  public enum State {
    /** Part of the kernel's file. */
    BUILT_IN,
    /** Module, which is loaded later from an initramfs or the root. */
    MODULE,
    /** Missing. */
    NOT_SET
  }

  private static final Pattern LINE = Pattern.compile("CONFIG_(\\w+)=(.*)");

  /** Maximum size in bytes, more than twenty times the size in distributions. */
  private static final int LONGEST = 8 << 20;

  public KernelConfiguration {
    options = Map.copyOf(options);
  }

  /**
   * Reads a configuration.
   *
   * @throws IOException if the file contains no option
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

  /** Returns the state of an option. */
  public State state(String option) {
    return switch (options.getOrDefault(option, "n")) {
      case "n" -> State.NOT_SET;
      case "m" -> State.MODULE;
      default -> State.BUILT_IN;
    };
  }

  /** Returns whether the option is built into the kernel. */
  public boolean isBuiltIn(String option) {
    return state(option) == State.BUILT_IN;
  }

  /** Returns whether the option is built in or a module. */
  public boolean has(String option) {
    return state(option) != State.NOT_SET;
  }
}
