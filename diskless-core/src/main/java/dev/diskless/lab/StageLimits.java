package dev.diskless.lab;

import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Time limits for the stages of a node's start. A factor changes all limits, and each limit can be
 * set separately.
 *
 * @param factor factor for the limits of all stages that are not in {@code set}
 * @param set separate limits, by stage
 */
public record StageLimits(double factor, Map<Stage, Duration> set) {

  /** The limits of {@link Stage}. */
  public static final StageLimits DEFAULT = new StageLimits(1, Map.of());

  private static final Pattern FACTOR = Pattern.compile("\\d+(\\.\\d+)?|\\.\\d+");
  private static final Pattern SECONDS = Pattern.compile("[1-9]\\d{0,6}");

  public StageLimits {
    set = Map.copyOf(set);
  }

  /**
   * Reads limits as a user writes them: a factor, and stages with their seconds, with commas
   * between them, as in {@code 0.5, init=120}. Each part may be left out.
   *
   * @throws ProblemException if the text has another form
   */
  public static StageLimits parse(String text) {
    double factor = 1;
    Map<Stage, Duration> set = new EnumMap<>(Stage.class);
    for (String part : text.split(",")) {
      String word = part.strip();
      int equals = word.indexOf('=');
      if (word.isEmpty()) {
        continue;
      }
      if (equals < 0) {
        factor = FACTOR.matcher(word).matches() ? Double.parseDouble(word) : 0;
        if (factor <= 0) {
          throw wrong(word);
        }
      } else {
        set.put(stage(word, equals), seconds(word, equals));
      }
    }
    return new StageLimits(factor, set);
  }

  private static Stage stage(String word, int equals) {
    String name = word.substring(0, equals).strip().replace('-', '_').toUpperCase(Locale.ROOT);
    return Arrays.stream(Stage.values())
        .filter(s -> s != Stage.CHECKED && s.name().equals(name))
        .findFirst()
        .orElseThrow(() -> wrong(word));
  }

  private static Duration seconds(String word, int equals) {
    String seconds = word.substring(equals + 1).strip();
    if (!SECONDS.matcher(seconds).matches()) {
      throw wrong(word);
    }
    return Duration.ofSeconds(Long.parseLong(seconds));
  }

  private static ProblemException wrong(String word) {
    String stages =
        Arrays.stream(Stage.values())
            .filter(s -> s != Stage.CHECKED)
            .map(Stage::keyword)
            .reduce((a, b) -> a + ", " + b)
            .orElseThrow();
    return new ProblemException(
        Problem.error(
            "\"%s\" is not a valid time limit for the lab".formatted(word),
            "write -Ddiskless.boot.limit as a factor, such as 0.5, or as seconds of stages,"
                + " such as init=120,kernel=90; the stages are "
                + stages));
  }

  /** Returns how long a node may take from a stage to the next. */
  Duration of(Stage stage) {
    return set.getOrDefault(stage, stretched(stage.limit()));
  }

  /** Returns a limit that does not belong to a stage, changed by the factor. */
  Duration stretched(Duration usual) {
    return Duration.ofMillis(Math.round(usual.toMillis() * factor));
  }
}
