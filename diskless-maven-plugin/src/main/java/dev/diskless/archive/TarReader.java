package dev.diskless.archive;

import dev.diskless.problem.Problems;
import dev.diskless.tree.FileTree;
import java.io.IOException;
import java.nio.file.Path;

/** Reads tar archives. */
public final class TarReader {

  private TarReader() {}

  /**
   * Reads the directory of an uncompressed archive.
   *
   * @param layer the layer that the entries come from, in words for people
   * @param problems takes warnings
   * @throws dev.diskless.problem.ProblemException if the archive cannot be taken for what it says
   */
  public static FileTree index(Path tar, String layer, Problems problems) throws IOException {
    throw new UnsupportedOperationException();
  }
}
