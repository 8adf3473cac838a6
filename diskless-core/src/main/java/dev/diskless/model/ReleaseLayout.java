package dev.diskless.model;

import java.util.List;
import java.util.Objects;

/**
 * Paths of the parts of a release on the master. Boot entries and exports contain these real paths
 * instead of {@code /tftpboot}, so that a running node keeps its release.
 *
 * @param directory absolute path of the directory of all clusters
 * @param cluster the cluster's name
 * @param version the release's version
 */
public record ReleaseLayout(String directory, String cluster, String version) {

  /**
   * Private directories of a node with the root mode shared, below its tree. It shares all other
   * directories.
   */
  public static final List<String> PRIVATE_FOLDERS = List.of("etc", "var", "root", "tmp");

  public ReleaseLayout {
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(version, "version");
  }

  /** Path where a node mounts its state. The paths of the state are bind mounts from there. */
  public static final String STATE_ON_NODE = "/run/diskless/state";

  /**
   * Returns the directory with the state of a node. Below it are the paths on the node. It belongs
   * to no release.
   */
  public String state(Node node) {
    return directory + "/" + cluster + "/state/" + node.name() + "/paths";
  }

  /** Returns the directory of the release. */
  public String path() {
    return directory + "/" + cluster + "/releases/" + version;
  }

  /**
   * Returns the same path in the active release, for files that must not change with every version.
   * For example, a DHCP server reads its files only at its start. The NFS server follows the link
   * when a client mounts a path (exports(5)).
   *
   * @param path in this release
   */
  public String inActive(String path) {
    return directory + "/" + cluster + "/active" + path.substring(path().length());
  }

  /**
   * Returns the root of the TFTP and HTTP server. It contains no root tree, so that no machine can
   * download one.
   */
  public String boot() {
    return path() + "/boot";
  }

  /**
   * Returns the directory of kernel and initramfs of an image, below the root of the TFTP and HTTP
   * server. The path contains the version of the release. A node that has read its boot entry
   * before a switch therefore gets the kernel of that entry, or none.
   */
  public String imageKernels(String image) {
    return version + "/" + image;
  }

  /**
   * Returns the directory of the kernel of a group that has the key {@code kernel} or boots without
   * an initramfs. The path is relative to the root of the TFTP and HTTP server.
   */
  public String groupKernels(Group group) {
    return version + "/groups/" + group.name();
  }

  /**
   * Returns the path of the kernel of a group without an initramfs, below the root of the TFTP and
   * HTTP server. A group can have its own kernel instead of the kernel of its image.
   */
  public String groupKernel(Group group) {
    return groupKernels(group) + "/vmlinuz";
  }

  /** Returns the directory of the image that nodes share, read-only. */
  public String image(String image) {
    return path() + "/images/" + image;
  }

  /** Returns the directory of the files that a group adds to its image, read-only. */
  public String groupLayer(String group) {
    return path() + "/groups/" + group;
  }

  /** Returns the directory of the files that a node adds to its group, read-only. */
  public String nodeLayer(String node) {
    return path() + "/nodes/" + node;
  }

  /** Returns a node's complete tree. Its name is the node's address, as in the HOWTO. */
  public String fullTree(Node node) {
    return path() + "/" + node.address();
  }

  /**
   * Returns the tree of a node with the root mode shared. It contains only {@link
   * #PRIVATE_FOLDERS}. Its name is that of a complete tree, because a node has only one of the two.
   */
  public String privateTree(Node node) {
    return fullTree(node);
  }

  /**
   * Returns the directory of the compressed image that nodes with the root mode ram copy into their
   * memory.
   */
  public String ramImage(String image) {
    return path() + "/ram/" + image;
  }
}
