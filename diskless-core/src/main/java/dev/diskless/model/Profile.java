package dev.diskless.model;

import java.util.List;
import java.util.Optional;

/** Program that distributes work to the nodes. */
public enum Profile implements Keyword {
  /** Slurm: jobs are queued at the master, and run on nodes. */
  SLURM("slurm"),
  /** MOSIX or openMosix: processes migrate, on kernels of their time. */
  MOSIX("mosix"),
  /** No such program. */
  NONE("none");

  /**
   * Key with which all users of Slurm prove their identity (munge(7)). The package munge creates it
   * on the master.
   */
  private static final Secret MUNGE_KEY =
      new Secret(
          "/etc/munge/munge.key",
          Secret.Scope.CLUSTER,
          Secret.Origin.MASTER,
          new Owner.Name("munge"),
          new Owner.Name("munge"),
          0400);

  private final String keyword;

  Profile(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }

  /** Returns the secrets that every node needs for this profile. */
  public List<Secret> secrets() {
    return this == SLURM ? List.of(MUNGE_KEY) : List.of();
  }

  /** Why the scheduler reserves this name; empty if a group may use it. */
  public Optional<String> reservedGroup(String name) {
    return reserved(name, "PartitionName");
  }

  /** Why the scheduler reserves this name; empty if a node may use it. */
  public Optional<String> reservedNode(String name) {
    return reserved(name, "NodeName");
  }

  /** Slurm compares without case (slurm.conf(5)). */
  private Optional<String> reserved(String name, String key) {
    return this == SLURM && name.equalsIgnoreCase("default")
        ? Optional.of("Slurm takes for what all others start with: %s=DEFAULT".formatted(key))
        : Optional.empty();
  }
}
