package dev.diskless.bundle;

import dev.diskless.model.Scope;
import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;

/**
 * Names in a bundle. A release on the master has the same layout, so an installation does little
 * more than unpack the bundle.
 */
public final class BundleLayout {

  private static final String IMAGES = "images";

  /**
   * Version of the layout that the build writes. Readers accept older versions and reject newer
   * versions. Since version 2, the manifest records hard links and files with holes.
   */
  public static final int FORMAT = 2;

  /** Folder of the files that describe the bundle. */
  public static final TreePath META = TreePath.of("META-INF/diskless");

  /** The Python program that installs the bundle; the first entry. */
  public static final TreePath INSTALL = META.resolve("install");

  /** Version, timestamp, images and their kernels, in JSON. */
  public static final TreePath BUNDLE = META.resolve("bundle.json");

  /** Resolved model in JSON, with ranges expanded and inheritance applied. */
  public static final TreePath CLUSTER = META.resolve("cluster.json");

  /**
   * File for the script, with one line per node: name, address, root mode, image and group,
   * separated by tabs.
   */
  public static final TreePath TREES = META.resolve("trees");

  /**
   * Data of nodes that the master keeps outside of releases. The script reads it. Each line has one
   * of these forms, with fields separated by tabs:
   *
   * <ul>
   *   <li>{@code master}, name, address
   *   <li>{@code host-keys}, group
   *   <li>{@code members-key}, group
   *   <li>{@code state}, group, path
   *   <li>{@code secret}, group, scope, origin, owner, owning group, mode, path
   * </ul>
   */
  public static final TreePath KEPT = META.resolve("kept");

  /**
   * Folder with one folder per master, only in bundles for several masters. An installation for a
   * master puts the files in the folder of that master into {@link #META}, and omits this folder:
   *
   * <ul>
   *   <li>{@link #TREES} with the nodes of that master
   *   <li>{@code master} with the name of that master
   *   <li>{@code own} with one line per path of the bundle that no other master installs
   * </ul>
   */
  public static final TreePath OF_MASTERS = META.resolve("masters");

  /**
   * File with the name of the master that a release was installed for, only in bundles for several
   * masters.
   */
  public static final TreePath MASTER_NAME = META.resolve("master");

  /**
   * Name of a file in each folder of {@link #OF_MASTERS}. The file lists the paths that no other
   * master installs.
   */
  public static final String OWN = "own";

  /**
   * Folder with one file per image. Each line describes a package: name, version and architecture,
   * separated by tabs.
   */
  public static final TreePath PACKAGES = META.resolve("packages");

  /**
   * File with one line per path that a layer removes: folder of the layer, {@code whiteout} or
   * {@code replace}, and path, separated by tabs. {@code replace} marks a path that the layer
   * itself contains as another kind of file.
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
    return TreePath.of(IMAGES);
  }

  /** The root tree of an image. */
  public static TreePath image(String name) {
    return images().resolve(TreePath.of(name));
  }

  /** Returns whether an entry of a recorded tree comes from an image and not from a layer. */
  public static boolean isOfImage(Entry entry) {
    return entry.layer().startsWith(IMAGES + "/");
  }

  /** Returns the folder of the files that a group adds to its image. */
  public static TreePath group(String name) {
    return TreePath.of(new Scope.OfGroup(name).path());
  }

  /** Returns the folder of the files that a node adds to its group. */
  public static TreePath node(String name) {
    return TreePath.of(new Scope.OfNode(name).path());
  }

  /** Returns the folder that is the root of the TFTP server. */
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
