package dev.diskless.image;

import dev.diskless.tree.Content.Extent;
import dev.diskless.tree.Xattrs;
import java.io.IOException;
import java.util.List;

/**
 * Asks the file system. Paths are absolute bytes, one a {@code char}; links are never followed. An
 * instance is for one thread.
 *
 * <p>Errors are those of java.nio.file: NoSuchFileException, AccessDeniedException and others.
 */
interface FileReader {

  /** The names in a directory, without the dots, in no order. */
  List<String> list(String directory) throws IOException;

  FileStatus status(String path) throws IOException;

  /** The bytes of a symbolic link's target. */
  String linkTarget(String link) throws IOException;

  /** Returns the extended attributes that belong into a copy. */
  Xattrs xattrs(String path) throws IOException;

  /** Returns the extents of a file that contain data, or null if the file has no holes. */
  List<Extent> extents(String file, long size) throws IOException;

  /** Returns whether this process may read a file. */
  boolean isReadable(String file);
}
