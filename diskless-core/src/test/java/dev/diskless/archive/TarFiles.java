package dev.diskless.archive;

import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Whole trees as archives, for tests. */
final class TarFiles {

  private TarFiles() {}

  /** Every entry, later names of a file as hard links. */
  static void write(TarWriter tar, FileTree tree) throws IOException {
    Map<Long, TreePath> first = new HashMap<>();
    for (Entry entry : tree) {
      TreePath target =
          entry.inode() == Entry.SINGLE ? null : first.putIfAbsent(entry.inode(), entry.path());
      if (target == null) {
        tar.write(entry.path(), entry);
      } else {
        tar.writeHardLink(entry.path(), target, entry);
      }
    }
  }
}
