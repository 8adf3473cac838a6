package dev.diskless.master;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How many of a script's steps a test takes that has it end there, as {@code -Ddiskless.faults}
 * says: some, each that changes something (src/faults.sh), or all (src/faults.sh --all).
 */
enum FaultSteps {
  SOME,
  EACH,
  ALL;

  private static final Path PROGRAM = Path.of("src/test/python/faults.py").toAbsolutePath();

  static FaultSteps asked() {
    return valueOf(System.getProperty("diskless.faults", "some").toUpperCase(Locale.ROOT));
  }

  /**
   * Returns the start of a command line that ends a program at one of its steps.
   *
   * @param how {@code kill}, {@code fail}, or {@code count}, which only counts the steps
   * @param at the step, from 1 on
   * @param counter a file that gets the number of steps
   */
  static String ending(String how, int at, String counter) {
    return "python3 '%s' %s%s %d %s"
        .formatted(PROGRAM, asked() == ALL ? "--all " : "", how, at, counter);
  }

  /**
   * Returns the start of a command line that records each step of a program.
   *
   * @param folder gets a copy of the tree and the step's command, by the step's number
   */
  static String recording(String folder, String tree) {
    return "python3 '%s' record '%s' %s".formatted(PROGRAM, folder, tree);
  }

  /**
   * Steps that are so far apart, and prints how many, which src/faults.sh shows beside what became
   * of them.
   *
   * @param first from 1 on
   * @param last the script's last
   */
  static List<Integer> every(int apart, int first, int last) {
    List<Integer> steps = IntStream.iterate(first, s -> s <= last, s -> s + apart).boxed().toList();
    System.out.println("steps: " + steps.size());
    return steps;
  }
}
