package dev.diskless.project;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Values that a goal keeps for later goals of the same build. Each value can also be read from
 * files, so that a goal that runs alone finds the same; this class saves time only.
 */
public final class BuildMemory {

  private final Map<Object, Object> values;

  /**
   * @param values lives as long as the build of one project
   */
  public BuildMemory(Map<Object, Object> values) {
    this.values = values;
  }

  /**
   * @param file that the thing was read from or written to
   * @param state of what it was made from, such as a digest; else it no longer holds
   */
  public <T> Optional<T> recall(Class<T> type, Path file, String state) {
    return values.get(key(file)) instanceof Remembered remembered
            && remembered.state().equals(state)
        ? Optional.of(type.cast(remembered.value()))
        : Optional.empty();
  }

  /** Takes the place of what was remembered for that file. */
  public void remember(Path file, String state, Object value) {
    values.put(key(file), new Remembered(state, value));
  }

  public void forget(Path file) {
    values.remove(key(file));
  }

  private static String key(Path file) {
    return BuildMemory.class.getName() + " " + file.toAbsolutePath();
  }

  /**
   * A value that an earlier goal kept.
   *
   * @param state digest of the files that the value was read from
   * @param value the value
   */
  private record Remembered(String state, Object value) {}
}
