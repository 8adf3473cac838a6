package dev.diskless.descriptor;

import dev.diskless.model.Cluster;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Descriptors from text, for tests. */
final class Reading {

  private Reading() {}

  static Descriptor descriptor(Path dir, String yaml, Map<String, String> properties)
      throws IOException {
    Path file = dir.resolve("cluster.yaml");
    Files.writeString(file, yaml);
    return DescriptorReader.read(
        file, dir, "1.4.0", name -> Optional.ofNullable(properties.get(name)));
  }

  static Cluster cluster(Path dir, String yaml) throws IOException {
    return descriptor(dir, yaml, Map.of()).cluster();
  }

  /** What is wrong, in words. */
  static List<String> problems(Path dir, String yaml) throws IOException {
    try {
      return words(descriptor(dir, yaml, Map.of()).warnings());
    } catch (ProblemException e) {
      return words(e.problems());
    }
  }

  static List<String> words(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }
}
