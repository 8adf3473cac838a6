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

  /** Attributes that belong into a copy. */
  Xattrs xattrs(String path) throws IOException;

  /** Where data lies in a file, or null where it has no holes. */
  List<Extent> extents(String file, long size) throws IOException;

  /** Whether this process may read a file. */
  boolean isReadable(String file);
}
