package dev.diskless.image;

import dev.diskless.tree.Content.Extent;
import dev.diskless.tree.Entry.Device;
import dev.diskless.tree.RawPaths;
import dev.diskless.tree.Xattrs;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Asks with what Java has of its own on any Unix: no extended attributes, and no word of holes. For
 * systems where {@link LinuxFileReader} does not work.
 */
final class JavaFileReader implements FileReader {

  @Override
  public List<String> list(String directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(RawPaths.path(directory))) {
      for (Path path : stream) {
        String raw = RawPaths.raw(path);
        names.add(raw.substring(raw.lastIndexOf('/') + 1));
      }
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
    return names;
  }

  @Override
  public FileStatus status(String path) throws IOException {
    Map<String, Object> unix =
        Files.readAttributes(RawPaths.path(path), "unix:*", LinkOption.NOFOLLOW_LINKS);
    long device = ((Number) unix.get("rdev")).longValue();
    return new FileStatus(
        ((Number) unix.get("mode")).intValue(),
        ((Number) unix.get("nlink")).longValue(),
        ((Number) unix.get("uid")).longValue() & 0xFFFFFFFFL,
        ((Number) unix.get("gid")).longValue() & 0xFFFFFFFFL,
        ((Number) unix.get("ino")).longValue(),
        ((Number) unix.get("dev")).longValue(),
        false,
        ((Number) unix.get("size")).longValue(),
        -1,
        ((FileTime) unix.get("lastModifiedTime")).toInstant(),
        ((FileTime) unix.get("ctime")).toInstant(),
        device(device));
  }

  /** Unpacks a device number that makedev(3) of glibc packed. */
  private static Device device(long packed) {
    int major = (int) (packed >>> 8 & 0xFFF | packed >>> 32 & 0xFFFFF000L);
    int minor = (int) (packed & 0xFF | packed >>> 12 & 0xFFFFFF00L);
    return new Device(major, minor);
  }

  @Override
  public String linkTarget(String link) throws IOException {
    Path target = Files.readSymbolicLink(RawPaths.path(link));
    // The URI of a relative path is that of an absolute one.
    return target.isAbsolute()
        ? RawPaths.raw(target)
        : RawPaths.raw(Path.of("/").resolve(target)).substring(1);
  }

  @Override
  public Xattrs xattrs(String path) {
    return Xattrs.NONE;
  }

  @Override
  public List<Extent> extents(String file, long size) {
    return null;
  }

  @Override
  public boolean isReadable(String file) {
    return Files.isReadable(RawPaths.path(file));
  }
}
