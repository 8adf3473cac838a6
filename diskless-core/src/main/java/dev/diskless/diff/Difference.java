package dev.diskless.diff;

import dev.diskless.master.ServiceAction;
import java.util.List;
import java.util.Optional;

/**
 * Difference between two versions of a cluster. Nodes have the order of the descriptor.
 *
 * @param cluster name of the cluster
 * @param from the old version
 * @param to the new version
 * @param nodes number of nodes in the new version
 * @param added nodes that only the new version has
 * @param removed nodes that only the old version has
 * @param settings changed settings of nodes in the descriptor
 * @param images images with different packages, and added or removed images
 * @param kernels changed kernels and initramfs
 * @param blocks changes of nodes' files; each change is in one block, with all nodes that have it
 * @param boot changes below the TFTP root that do not belong to a single node
 * @param master changes of the master's own files
 * @param reboots nodes that must reboot to get the changes, by reason
 * @param refreshes nodes with changed files that {@code diskless:refresh} writes without a reboot
 * @param unchanged nodes without changes
 * @param services actions of the master's services after the switch
 * @param onlyVersion number of files that differ only in the version number
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
    List<String> refreshes,
    List<String> unchanged,
    List<ServiceAction> services,
    int onlyVersion) {

  /**
   * Name and origin of a version.
   *
   * @param version version number
   * @param source path of the bundle, or of the folder of the release
   */
  public record VersionName(String version, String source) {}

  /**
   * Changed setting of nodes.
   *
   * @param setting {@code address}, {@code mac}, {@code group}, {@code image}, {@code root} or
   *     {@code boot}
   * @param before old value
   * @param after new value
   * @param nodes names of the nodes with this change
   */
  public record SettingChange(String setting, String before, String after, List<String> nodes) {}

  /**
   * Changed image.
   *
   * @param image name of the image
   * @param kind {@code added}, {@code removed} or {@code changed}
   * @param packages different packages; empty for an added or removed image
   */
  public record ImageChange(String image, String kind, List<PackageChange> packages) {}

  /**
   * Changed kernel or initramfs.
   *
   * @param of {@code image NAME} or {@code group NAME}
   * @param file {@code kernel} or {@code initramfs}
   * @param kind {@code added}, {@code removed} or {@code changed}
   * @param before path in the image of the old version; empty if unknown
   * @param after path in the image of the new version; empty if unknown
   */
  public record KernelChange(
      String of, String file, String kind, Optional<String> before, Optional<String> after) {}

  /**
   * Changes that several nodes share.
   *
   * @param nodes names of the nodes
   * @param changes changes, sorted by path
   */
  public record Block(List<String> nodes, List<FileChange> changes) {}

  /**
   * Nodes that must reboot.
   *
   * @param reasons such as {@code kernel} or {@code files}
   * @param nodes names of the nodes that must reboot for these reasons
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
