package dev.diskless.lab;

import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Options of a lab.
 *
 * @param reboots the nodes that are rebooted through their firmware, once checked, and checked
 *     again
 * @param limits how long each stage may take
 * @param nodeMegabytes memory of each node
 * @param starts the firmware of each node
 * @param processor a value of QEMU's {@code -cpu} for all machines; empty for the accelerator's
 *     default
 * @param atOnce how many nodes run at the same time; a node that is reported makes room for the
 *     next
 */
public record LabOptions(
    RebootSelection reboots,
    StageLimits limits,
    int nodeMegabytes,
    StartSelection starts,
    Optional<String> processor,
    int atOnce) {

  /**
   * Maximum number of nodes that run at the same time. More nodes would need more memory than usual
   * machines have.
   */
  public static final int MOST_AT_ONCE = 64;

  /** Default memory of a node, in MB. */
  public static final int DEFAULT_MEGABYTES = 1024;

  /**
   * Minimum memory of a node, in MB. With less, Debian's kernel cannot unpack its own initramfs.
   */
  private static final int LEAST_MEGABYTES = 256;

  /**
   * Default options: no reboot, the usual limits, memory, firmware and processor, and all nodes at
   * the same time.
   */
  public static final LabOptions DEFAULT =
      new LabOptions(
          RebootSelection.NONE,
          StageLimits.DEFAULT,
          DEFAULT_MEGABYTES,
          StartSelection.USUAL,
          Optional.empty(),
          MOST_AT_ONCE);

  /**
   * Returns options from the texts of parameters.
   *
   * @param reboots as {@link RebootSelection#parse}
   * @param limits as {@link StageLimits#parse}
   * @param starts as {@link StartSelection#parse}
   * @throws ProblemException if a text is not valid
   */
  public static LabOptions parse(
      List<String> reboots,
      String limits,
      int nodeMegabytes,
      List<String> starts,
      Optional<String> processor,
      int atOnce) {
    return new LabOptions(
        RebootSelection.parse(reboots),
        StageLimits.parse(limits),
        nodeMegabytes,
        StartSelection.parse(starts),
        processor,
        atOnce);
  }

  /** Returns how a node starts: the first time, and after its reboot if it is rebooted. */
  List<Start> startsOf(Node node) {
    Start first = starts.of(node);
    return reboots.contains(node) ? List.of(first, reboots.of(node, first)) : List.of(first);
  }

  /** Whether one of the nodes starts from the cluster's boot medium. */
  public boolean needMedium(List<Node> nodes) {
    return nodes.stream().flatMap(n -> startsOf(n).stream()).anyMatch(Start::hasMedium);
  }

  /**
   * @throws ProblemException if the memory is too small for a machine, or the number of
   *     simultaneous nodes is not valid
   */
  public LabOptions {
    Objects.requireNonNull(reboots, "reboots");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(starts, "starts");
    Objects.requireNonNull(processor, "processor");
    if (nodeMegabytes < LEAST_MEGABYTES) {
      throw new ProblemException(
          Problem.error(
              "%d MB of memory are not enough for a node of the lab".formatted(nodeMegabytes),
              "set -Ddiskless.boot.memory to at least %d; the default is %d"
                  .formatted(LEAST_MEGABYTES, DEFAULT_MEGABYTES)));
    }
    if (atOnce < 1 || atOnce > MOST_AT_ONCE) {
      throw new ProblemException(
          Problem.error(
              "a lab cannot have %d nodes at once".formatted(atOnce),
              "set -Ddiskless.boot.atOnce to a number from 1 to " + MOST_AT_ONCE));
    }
  }
}
