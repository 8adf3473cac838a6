package dev.diskless.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which names of a tree are one file, for tests. */
public final class HardLinks {

  private HardLinks() {}

  /** The paths of each file that has several names, by inode. */
  public static Map<Long, List<TreePath>> of(FileTree tree) {
    Map<Long, List<TreePath>> names = new HashMap<>();
    for (Entry entry : tree) {
      if (entry.inode() != Entry.SINGLE) {
        names.computeIfAbsent(entry.inode(), i -> new ArrayList<>()).add(entry.path());
      }
    }
    names.values().removeIf(paths -> paths.size() < 2);
    return names;
  }
}
