package dev.diskless.mojo;

import dev.diskless.problem.ProblemException;

/**
 * Project of a cluster in a repository.
 *
 * @param groupId groupId of the project
 * @param artifactId artifactId of the project
 */
record ProjectOfBundle(String groupId, String artifactId) {

  /**
   * Returns the project of a text.
   *
   * @throws ProblemException if the text is not {@code groupId:artifactId}
   */
  static ProjectOfBundle parse(String artifact) {
    String[] names = artifact.split(":", -1);
    if (names.length != 2) {
      throw new ProblemException(
          "diskless.artifact is not groupId:artifactId: " + artifact,
          "write it as com.example:lab");
    }
    return new ProjectOfBundle(names[0], names[1]);
  }
}
