package dev.diskless.model;

import java.util.List;
import java.util.Objects;

/**
 * Where the parts of a release lie on the master. Boot entries and exports name these real paths
 * rather than {@code /tftpboot}, so that a running node keeps the release it booted.
 *
 * @param directory absolute; holds all clusters
 * @param cluster the cluster's name
 * @param version the release's version
 */
public record ReleaseLayout(String directory, String cluster, String version) {

  /** What a node of root mode shared has for itself, below its tree; all else it has in common. */
  public static final List<String> PRIVATE_FOLDERS = List.of("etc", "var", "root", "tmp");

  public ReleaseLayout {
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(version, "version");
  }

  /** Where a node mounts what is kept of it; the paths of its state are bound from there. */
  public static final String STATE_ON_NODE = "/run/diskless/state";

  /** What is kept of a node, below it by the paths on the node. It is part of no release. */
  public String state(Node node) {
    return directory + "/" + cluster + "/state/" + node.name() + "/paths";
  }

  /** The release itself. */
  public String path() {
    return directory + "/" + cluster + "/releases/" + version;
  }

  /**
   * The same place in whatever release is active, for what must not change with every version, as
   * what a DHCP server reads only when it starts. The NFS server follows the link when a path is
   * mounted (exports(5)).
   *
   * @param path in this release
   */
  public String inActive(String path) {
    return directory + "/" + cluster + "/active" + path.substring(path().length());
  }

  /** The root of the TFTP and HTTP server. It holds no root tree, so that none can be fetched. */
  public String boot() {
    return path() + "/boot";
  }

  /**
   * Where kernel and initramfs of an image lie, below the root of the TFTP and HTTP server. It has
   * the release's version in it, so that a node which read its boot entry before another release
   * was made active gets the kernel of that entry, or none.
   */
  public String imageKernels(String image) {
    return version + "/" + image;
  }

  /**
   * Directory of the kernel of a group that has the key {@code kernel} or starts without an
   * initramfs, below the root of the TFTP and HTTP server.
   */
  public String groupKernels(Group group) {
    return version + "/groups/" + group.name();
  }

  /**
   * Where the kernel of a group without an initramfs lies, below the root of the TFTP and HTTP
   * server: a group may have its own, over that of its image.
   */
  public String groupKernel(Group group) {
    return groupKernels(group) + "/vmlinuz";
  }

  /** The image that nodes share, read-only. */
  public String image(String image) {
    return path() + "/images/" + image;
  }

  /** What a group adds to its image, read-only. */
  public String groupLayer(String group) {
    return path() + "/groups/" + group;
  }

  /** What a node adds to its group, read-only. */
  public String nodeLayer(String node) {
    return path() + "/nodes/" + node;
  }

  /** A node's complete tree, named by its address as the howto names it. */
  public String fullTree(Node node) {
    return path() + "/" + node.address();
  }

  /**
   * What a node of root mode shared has for itself: a tree with {@link #PRIVATE_FOLDERS} and
   * nothing else. It is named as a complete tree would be, for a node has one of the two.
   */
  public String privateTree(Node node) {
    return fullTree(node);
  }

  /** The folder with the compressed image that nodes of root mode ram copy into their memory. */
  public String ramImage(String image) {
    return path() + "/ram/" + image;
  }
}
