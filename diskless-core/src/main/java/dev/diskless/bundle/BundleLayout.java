package dev.diskless.bundle;

import dev.diskless.model.Scope;
import dev.diskless.tree.TreePath;

/**
 * The names in a bundle. It is the layout of a release on the master, so that installing one is
 * little more than unpacking it.
 */
public final class BundleLayout {

  /**
   * The version of this layout that is written; older ones are read, newer ones are refused. Since
   * version 2 the manifest records which names are one file, and which files have holes.
   */
  public static final int FORMAT = 2;

  /** What the bundle says of itself. */
  public static final TreePath META = TreePath.of("META-INF/diskless");

  /** The Python program that installs the bundle; the first entry. */
  public static final TreePath INSTALL = META.resolve("install");

  /** Version, timestamp, images and their kernels, in JSON. */
  public static final TreePath BUNDLE = META.resolve("bundle.json");

  /** The resolved model, in JSON: ranges counted out, inheritance done. */
  public static final TreePath CLUSTER = META.resolve("cluster.json");

  /** A line a node: name, address, root mode, image, group, between tabs; for the script. */
  public static final TreePath TREES = META.resolve("trees");

  /**
   * What the master keeps of nodes outside of releases; for the script. A line each, between tabs:
   * {@code master}, name, address; {@code host-keys}, group; {@code members-key}, group; {@code
   * state}, group, path; {@code secret}, group, scope, origin, owner, group that owns it, mode,
   * path.
   */
  public static final TreePath KEPT = META.resolve("kept");

  /**
   * A folder a master, only where there are several. Installing for a master puts what lies in its
   * folder in place of it: {@link #TREES} with the nodes of that master, {@code master} with its
   * name, and {@code own}, a line a path of the bundle that no other master installs.
   */
  public static final TreePath OF_MASTERS = META.resolve("masters");

  /** The name of the master that a release was installed for, where the bundle is for several. */
  public static final TreePath MASTER_NAME = META.resolve("master");

  /** In a folder of {@link #OF_MASTERS}. */
  public static final String OWN = "own";

  /** A file an image: a line a package, name, version and architecture, between tabs. */
  public static final TreePath PACKAGES = META.resolve("packages");

  /**
   * A line a path that a layer takes away: the layer's folder, {@code whiteout} or {@code replace},
   * and the path, between tabs. {@code replace} is a path that the layer itself has again, as
   * another kind of file.
   */
  public static final TreePath DELETED = META.resolve("deleted");

  /**
   * Every other entry with its attributes and SHA-256, in the form of mtree(5). Only a signature
   * follows it.
   */
  public static final TreePath MANIFEST = META.resolve("manifest");

  /**
   * The verifier: a program of Python 3 that a master runs before it installs a bundle. The
   * signature covers it.
   */
  public static final TreePath VERIFY = META.resolve("verify");

  /**
   * The signed text and its SSH signature (PROTOCOL.sshsig of OpenSSH), as {@link SignedText} and
   * {@link BundleSignature} describe them. Exists only in signed bundles; the last entry, and not
   * in the manifest.
   */
  public static final TreePath SIGNATURE = META.resolve("signature");

  private BundleLayout() {}

  /** Whether this version of the plugin reads bundles and releases of a format. */
  public static boolean isReadable(int format) {
    return format >= 1 && format <= FORMAT;
  }

  /** Whether the manifest records hard links. */
  public static boolean hasHardLinks(int format) {
    return format >= 2;
  }

  /** All images. */
  public static TreePath images() {
    return TreePath.of("images");
  }

  /** The root tree of an image. */
  public static TreePath image(String name) {
    return images().resolve(TreePath.of(name));
  }

  /** What a group adds to its image. */
  public static TreePath group(String name) {
    return TreePath.of(new Scope.OfGroup(name).path());
  }

  /** What a node adds to its group. */
  public static TreePath node(String name) {
    return TreePath.of(new Scope.OfNode(name).path());
  }

  /** The root of the TFTP server. */
  public static TreePath boot() {
    return TreePath.of("boot");
  }

  /** The only master's own files, or in a release those of the master that it was installed for. */
  public static TreePath master() {
    return TreePath.of("master");
  }

  /** The own files of all masters, a folder each, where there are several. */
  public static TreePath masters() {
    return TreePath.of("masters");
  }

  /** The own files of one of several masters. */
  public static TreePath master(String name) {
    return masters().resolve(TreePath.of(name));
  }
}
