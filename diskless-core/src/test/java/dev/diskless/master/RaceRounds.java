package dev.diskless.master;

/**
 * How many rounds a test of a race takes: few in each build, and many with {@code
 * -Ddiskless.races=all}.
 */
enum RaceRounds {
  SOME(60),
  ALL(500);

  private final int count;

  RaceRounds(int count) {
    this.count = count;
  }

  /** Returns the number of rounds, and prints it for the report. */
  static int asked() {
    RaceRounds asked =
        valueOf(System.getProperty("diskless.races", "some").toUpperCase(java.util.Locale.ROOT));
    System.out.println("steps: " + asked.count);
    return asked.count;
  }
}
