package dev.diskless.tree;

import java.util.Objects;
import java.util.Optional;

/**
 * Entry of one name in a tree. Every name of a hard-linked file has a full entry. Names of the same
 * file have the same {@link #inode()}.
 */
public final class Entry {

  /**
   * Type of an entry. Images, layers and archives contain no sockets, because a socket exists only
   * as long as its server. Only a tree that was found on a disk can have sockets.
   */
  public enum Type {
    FILE,
    DIRECTORY,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO,
    SOCKET
  }

  /**
   * A device number (mknod(2)).
   *
   * @param major number of the driver
   * @param minor number of the device for that driver
   */
  public record Device(int major, int minor) {}

  /** The {@link #inode()} of an entry with no other name. */
  public static final long SINGLE = 0;

  private final TreePath path;
  private final Type type;
  private final Metadata metadata;
  private final Content content;
  private final String linkTarget;
  private final Device device;
  private final long inode;
  private final String layer;

  private Entry(
      TreePath path,
      Type type,
      Metadata metadata,
      Content content,
      String linkTarget,
      Device device,
      long inode,
      String layer) {
    this.path = Objects.requireNonNull(path, "path");
    this.type = type;
    this.metadata = Objects.requireNonNull(metadata, "metadata");
    this.content = content;
    this.linkTarget = linkTarget;
    this.device = device;
    this.inode = inode;
    this.layer = Objects.requireNonNull(layer, "layer");
  }

  public static Entry file(TreePath path, Metadata metadata, Content content, String layer) {
    return new Entry(
        path, Type.FILE, metadata, Objects.requireNonNull(content), null, null, SINGLE, layer);
  }

  public static Entry directory(TreePath path, Metadata metadata, String layer) {
    return new Entry(path, Type.DIRECTORY, metadata, null, null, null, SINGLE, layer);
  }

  /**
   * @param rawTarget the bytes of the target, one a {@code char}, as {@link TreePath#raw()}
   */
  public static Entry symlink(TreePath path, Metadata metadata, String rawTarget, String layer) {
    return new Entry(
        path, Type.SYMLINK, metadata, null, Objects.requireNonNull(rawTarget), null, SINGLE, layer);
  }

  /**
   * @param type one of the two device types
   */
  public static Entry device(
      TreePath path, Type type, Metadata metadata, Device device, String layer) {
    if (type != Type.CHARACTER_DEVICE && type != Type.BLOCK_DEVICE) {
      throw new IllegalArgumentException("not a device: " + type);
    }
    return new Entry(
        path, type, metadata, null, null, Objects.requireNonNull(device), SINGLE, layer);
  }

  public static Entry fifo(TreePath path, Metadata metadata, String layer) {
    return new Entry(path, Type.FIFO, metadata, null, null, null, SINGLE, layer);
  }

  /** A socket that was found on a disk. */
  public static Entry socket(TreePath path, Metadata metadata, String layer) {
    return new Entry(path, Type.SOCKET, metadata, null, null, null, SINGLE, layer);
  }

  public TreePath path() {
    return path;
  }

  public Type type() {
    return type;
  }

  public Metadata metadata() {
    return metadata;
  }

  /**
   * @throws IllegalStateException unless it is a file
   */
  public Content content() {
    return require(content, Type.FILE);
  }

  /**
   * The bytes of a symbolic link's target, one a {@code char}.
   *
   * @throws IllegalStateException unless it is a symbolic link
   */
  public String rawTarget() {
    return require(linkTarget, Type.SYMLINK);
  }

  /** A symbolic link's target for people; never to be parsed. */
  public String displayTarget() {
    return RawPaths.display(rawTarget());
  }

  /**
   * @throws IllegalStateException unless it is a device
   */
  public Device device() {
    return require(device, Type.CHARACTER_DEVICE);
  }

  /**
   * Entries of one layer with the same number, other than {@link #SINGLE}, are names of one file.
   */
  public long inode() {
    return inode;
  }

  /** The layer that it came from, in words for people, such as {@code image debian}. */
  public String layer() {
    return layer;
  }

  public boolean isFile() {
    return type == Type.FILE;
  }

  public boolean isDirectory() {
    return type == Type.DIRECTORY;
  }

  public boolean isSymlink() {
    return type == Type.SYMLINK;
  }

  /** Whether it is a character or block device. */
  public boolean isDevice() {
    return device != null;
  }

  /** Returns this entry with other metadata. */
  public Entry withMetadata(Metadata other) {
    return new Entry(path, type, other, content, linkTarget, device, inode, layer);
  }

  /** Returns this entry with another inode number, which all names of the file share. */
  public Entry withInode(long other) {
    return new Entry(path, type, metadata, content, linkTarget, device, other, layer);
  }

  /** Returns this entry with another path. */
  public Entry withPath(TreePath other) {
    return new Entry(other, type, metadata, content, linkTarget, device, inode, layer);
  }

  /** Returns this entry, which must be a file, with other content. */
  public Entry withContent(Content other) {
    require(content, Type.FILE);
    return new Entry(path, type, metadata, other, linkTarget, device, inode, layer);
  }

  /**
   * Returns whether a node would see no difference. Contents are equal if both digests are known
   * and equal, or if both are the same object.
   */
  public boolean looksLike(Entry other) {
    return path.equals(other.path) && metadata.equals(other.metadata) && equalsIgnoringTime(other);
  }

  /**
   * Whether both entries are the same apart from time, path, layer, and other names of a file.
   * Permission bits of a symbolic link have no meaning and are not compared (symlink(7)).
   */
  public boolean equalsIgnoringTime(Entry other) {
    return type == other.type
        && (isSymlink() || metadata.mode() == other.metadata.mode())
        && metadata.uid() == other.metadata.uid()
        && metadata.gid() == other.metadata.gid()
        && metadata.xattrs().equals(other.metadata.xattrs())
        && Objects.equals(linkTarget, other.linkTarget)
        && Objects.equals(device, other.device)
        && sameContent(content, other.content);
  }

  /** Whether both are files with the same content, as far as the digests are known. */
  public boolean hasSameContent(Entry other) {
    return isFile() && sameContent(content, other.content);
  }

  private static boolean sameContent(Content one, Content other) {
    if (one == other) {
      return true;
    }
    if (one == null || other == null || one.size() != other.size()) {
      return false;
    }
    Optional<Digest> digest = one.digest();
    return digest.isPresent() && digest.equals(other.digest());
  }

  private <T> T require(T part, Type wanted) {
    if (part == null) {
      throw new IllegalStateException(path + " is a " + type + ", not a " + wanted);
    }
    return part;
  }

  @Override
  public String toString() {
    return type + " " + path + " from " + layer;
  }
}
