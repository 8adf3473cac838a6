package dev.diskless.project;

import dev.diskless.model.Cluster;
import dev.diskless.model.Master;
import dev.diskless.problem.ProblemException;
import java.util.List;
import java.util.Optional;

/** Which of a cluster's masters a goal is about. */
public final class MasterChoice {

  private static final int NAMES_TOLD = 12;

  private MasterChoice() {}

  /**
   * The cluster as a master serves it.
   *
   * @param name of the master
   * @throws ProblemException if there is none of that name
   */
  public static Cluster named(Cluster cluster, String name) {
    return cluster.perMaster().stream()
        .filter(view -> view.master().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ProblemException(
                    "master " + name + " does not exist", "choose one of " + names(cluster)));
  }

  /**
   * The master that is meant.
   *
   * @param name may be left out where there is only one
   * @throws ProblemException if there is none of that name, or several and none is named
   */
  public static Master of(Cluster cluster, Optional<String> name) {
    if (name.isPresent()) {
      return named(cluster, name.get()).master();
    }
    if (!cluster.hasOneMaster()) {
      throw new ProblemException(
          "the cluster has %d masters".formatted(cluster.masters().size()),
          "choose one with -Ddiskless.master=, from " + names(cluster));
    }
    return cluster.master();
  }

  /** Returns the names of all masters, as text of a remedy. */
  public static String names(Cluster cluster) {
    List<String> names = cluster.masters().stream().limit(NAMES_TOLD).map(Master::name).toList();
    return String.join(", ", names) + (cluster.masters().size() > NAMES_TOLD ? ", …" : "");
  }
}
