package dev.diskless.tree;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Everything that a tree knows, a line an entry, for tests to compare. */
public final class TreeListing {

  private TreeListing() {}

  /** With numbers of inodes as the order in which they are met. */
  public static List<String> of(Iterable<Entry> tree) {
    return of(tree, true);
  }

  /** Without the layers that entries came from. */
  public static List<String> withoutLayers(Iterable<Entry> tree) {
    return of(tree, false);
  }

  /** The lines that only one of two listings has; a message of use, however long they are. */
  public static List<String> difference(List<String> actual, List<String> expected) {
    List<String> lines = new ArrayList<>();
    Set<String> wanted = new HashSet<>(expected);
    actual.stream().filter(l -> !wanted.contains(l)).forEach(l -> lines.add("not expected: " + l));
    Set<String> there = new HashSet<>(actual);
    expected.stream().filter(l -> !there.contains(l)).forEach(l -> lines.add("missing: " + l));
    return lines;
  }

  /** The names of each file that has several. */
  public static Collection<List<TreePath>> hardLinks(FileTree tree) {
    Map<Long, List<TreePath>> names = new TreeMap<>();
    for (Entry entry : tree) {
      if (entry.inode() != Entry.SINGLE) {
        names.computeIfAbsent(entry.inode(), i -> new ArrayList<>()).add(entry.path());
      }
    }
    names.values().removeIf(paths -> paths.size() < 2);
    return names.values();
  }

  private static List<String> of(Iterable<Entry> tree, boolean layers) {
    Map<Long, Integer> inodes = new HashMap<>();
    List<String> lines = new ArrayList<>();
    for (Entry entry : tree) {
      String line = of(entry) + (layers ? " from " + entry.layer() : "");
      if (entry.inode() != Entry.SINGLE) {
        line += " inode " + inodes.computeIfAbsent(entry.inode(), i -> inodes.size());
      }
      lines.add(line);
    }
    return lines;
  }

  private static String of(Entry entry) {
    Metadata metadata = entry.metadata();
    StringBuilder line = new StringBuilder(entry.toString().replaceFirst(" from .*", ""));
    line.append(
        " %o %d:%d %s"
            .formatted(metadata.mode(), metadata.uid(), metadata.gid(), metadata.mtime()));
    for (String name : metadata.xattrs().names()) {
      line.append(" ").append(name).append("=");
      line.append(HexFormat.of().formatHex(metadata.xattrs().value(name)));
    }
    switch (entry.type()) {
      case FILE -> {
        Content content = entry.content();
        line.append(" ").append(content.size()).append(" ").append(content.extents());
        line.append(" ").append(sha256(content));
      }
      case SYMLINK -> line.append(" -> ").append(entry.displayTarget());
      case CHARACTER_DEVICE, BLOCK_DEVICE -> line.append(" ").append(entry.device());
      default -> {}
    }
    return line.toString();
  }

  public static Digest sha256(Content content) {
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = content.open()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return Digest.of(sha256);
  }
}
