package dev.diskless.release;

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

  static FaultSteps asked() {
    return valueOf(System.getProperty("diskless.faults", "some").toUpperCase(Locale.ROOT));
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
