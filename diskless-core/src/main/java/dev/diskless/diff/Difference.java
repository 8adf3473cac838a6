package dev.diskless.diff;

import dev.diskless.master.ServiceAction;
import java.util.List;
import java.util.Optional;

/**
 * Difference between two versions of a cluster. Nodes have the order of the descriptor.
 *
 * @param cluster its name
 * @param from the version before
 * @param to the version after
 * @param nodes how many the version after has
 * @param added nodes that only the version after has
 * @param removed nodes that only the version before has
 * @param settings what the descriptor says otherwise of nodes
 * @param images what differs in their packages, and images that came or went
 * @param kernels kernels and initramfs
 * @param blocks changes of nodes' files; each change in one block only, with all nodes that have it
 * @param boot changes below the TFTP root that concern no single node
 * @param master changes of the master's own files
 * @param reboots which nodes must reboot to get what is new, and for what
 * @param unchanged nodes that would see nothing new
 * @param services what the switch does to the services of the master
 * @param onlyVersion how many files differ, but only in the version's own name
 */
public record Difference(
    String cluster,
    VersionName from,
    VersionName to,
    int nodes,
    List<String> added,
    List<String> removed,
    List<SettingChange> settings,
    List<ImageChange> images,
    List<KernelChange> kernels,
    List<Block> blocks,
    List<FileChange> boot,
    List<FileChange> master,
    List<Reboot> reboots,
    List<String> unchanged,
    List<ServiceAction> services,
    int onlyVersion) {

  /**
   * A version.
   *
   * @param version its name
   * @param source the file or folder that was read
   */
  public record VersionName(String version, String source) {}

  /**
   * A setting of nodes.
   *
   * @param setting {@code address}, {@code mac}, {@code group}, {@code image}, {@code root} or
   *     {@code boot}
   * @param before what it was
   * @param after what it is
   * @param nodes that have it
   */
  public record SettingChange(String setting, String before, String after, List<String> nodes) {}

  /**
   * An image.
   *
   * @param image its name
   * @param kind {@code added}, {@code removed} or {@code changed}
   * @param packages that differ; none of an image that came or went
   */
  public record ImageChange(String image, String kind, List<PackageChange> packages) {}

  /**
   * A kernel or an initramfs.
   *
   * @param of {@code image NAME} or {@code group NAME}
   * @param file {@code kernel} or {@code initramfs}
   * @param kind {@code added}, {@code removed} or {@code changed}
   * @param before its path in the image, where it is known
   * @param after its path in the image, where it is known
   */
  public record KernelChange(
      String of, String file, String kind, Optional<String> before, Optional<String> after) {}

  /**
   * Changes that the same nodes have.
   *
   * @param nodes that have them
   * @param changes by path
   */
  public record Block(List<String> nodes, List<FileChange> changes) {}

  /**
   * Nodes that must reboot.
   *
   * @param reasons such as {@code kernel} or {@code files}
   * @param nodes for which they are
   */
  public record Reboot(List<String> reasons, List<String> nodes) {}

  /** Whether nothing differs but the versions' names. */
  public boolean isEmpty() {
    return added.isEmpty()
        && removed.isEmpty()
        && settings.isEmpty()
        && images.isEmpty()
        && kernels.isEmpty()
        && blocks.isEmpty()
        && boot.isEmpty()
        && master.isEmpty();
  }
}
