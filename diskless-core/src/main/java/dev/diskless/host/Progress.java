package dev.diskless.host;

/** Takes word of how far long work has come. Knows nothing of any other package. */
@FunctionalInterface
public interface Progress {

  /** Says nothing to anybody. */
  Progress SILENT = line -> {};

  /**
   * @param line one line for a person, without a line end; sparse enough for a log, at most one in
   *     a few seconds
   */
  void say(String line);
}
