package dev.diskless.mojo;

import dev.diskless.problem.ProblemException;

/**
 * The cluster's project in a repository.
 *
 * @param groupId its group
 * @param artifactId its name
 */
record ProjectOfBundle(String groupId, String artifactId) {

  /**
   * @throws ProblemException if it is not {@code groupId:artifactId}
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
