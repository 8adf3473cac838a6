package dev.diskless.tree;

import dev.diskless.host.VisibleText;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Metadata of a file for reports, without its text. A digest is left out on purpose, because the
 * digest of a password file would help to guess the password.
 *
 * @param type {@code file}, {@code directory}, {@code symlink}, {@code character device}, {@code
 *     block device}, {@code fifo} or {@code socket}
 * @param mode the permission bits, in octal digits
 * @param uid number of the owner
 * @param gid number of the group
 * @param size size of a file in bytes; -1 for other types, and if a report shows the difference of
 *     the text
 * @param target target of a symbolic link; empty for other types
 * @param device {@code major,minor} of a device; empty for other types
 * @param hardLinks other names of the same file; empty if they are not known, or if only names that
 *     came or went are different
 * @param xattrs extended attributes; capabilities as getcap(8) prints them, other values in Base64
 */
public record Attributes(
    String type,
    String mode,
    long uid,
    long gid,
    long size,
    String target,
    String device,
    Set<String> hardLinks,
    Map<String, String> xattrs) {

  private static final String CAPABILITY = "security.capability";

  public Attributes {
    hardLinks = Collections.unmodifiableSet(new TreeSet<>(hardLinks));
    xattrs = Collections.unmodifiableMap(new TreeMap<>(xattrs));
  }

  /**
   * Describes an entry.
   *
   * @param hardLinks other names of the same file
   * @param withSize whether the size of a file is included
   */
  public static Attributes of(Entry entry, Set<TreePath> hardLinks, boolean withSize) {
    Metadata metadata = entry.metadata();
    Map<String, String> xattrs = new TreeMap<>();
    for (String name : metadata.xattrs().names()) {
      String value = Base64.getEncoder().encodeToString(metadata.xattrs().value(name));
      xattrs.put(name, name.equals(CAPABILITY) ? Capabilities.text(value) : value);
    }
    return new Attributes(
        type(entry.type()),
        "0" + Integer.toOctalString(metadata.mode()),
        metadata.uid(),
        metadata.gid(),
        entry.isFile() && withSize ? entry.content().size() : -1,
        entry.isSymlink() ? VisibleText.of(entry.displayTarget()) : "",
        entry.isDevice() ? entry.device().major() + "," + entry.device().minor() : "",
        hardLinks.stream().map(n -> VisibleText.of(n.toString())).collect(Collectors.toSet()),
        xattrs);
  }

  private static String type(Entry.Type type) {
    return switch (type) {
      case FILE -> "file";
      case DIRECTORY -> "directory";
      case SYMLINK -> "symlink";
      case CHARACTER_DEVICE -> "character device";
      case BLOCK_DEVICE -> "block device";
      case FIFO -> "fifo";
      case SOCKET -> "socket";
    };
  }

  /** Each difference in words, such as {@code mode 0644 -> 0755}. */
  public List<String> changesTo(Attributes after) {
    List<String> changes = new ArrayList<>();
    tell("", type, after.type, changes);
    // Every symbolic link has the same mode, and nothing looks at it.
    if (!type.equals("symlink") && !after.type.equals("symlink")) {
      tell("mode ", mode, after.mode, changes);
    }
    tell("owner ", uid + ":" + gid, after.uid + ":" + after.gid, changes);
    tell("link ", target, after.target, changes);
    tell("device ", device, after.device, changes);
    addLinks("no longer ", hardLinks, after.hardLinks, changes);
    addLinks("now ", after.hardLinks, hardLinks, changes);
    TreeSet<String> names = new TreeSet<>(xattrs.keySet());
    names.addAll(after.xattrs.keySet());
    for (String name : names) {
      String what = name.equals(CAPABILITY) ? "capabilities " : VisibleText.of(name) + " ";
      tell(what, xattrs.getOrDefault(name, ""), after.xattrs.getOrDefault(name, ""), changes);
    }
    if (size >= 0 && after.size >= 0) {
      tell("size ", Long.toString(size), Long.toString(after.size), changes);
    }
    return changes;
  }

  /** Describes an entry that exists in one tree only, in words. */
  public List<String> description() {
    if (type.equals("symlink")) {
      return List.of("link -> " + target);
    }
    String owner = uid == 0 && gid == 0 ? "" : " " + uid + ":" + gid;
    String what = (type.equals("file") ? "" : type + " ") + mode + owner;
    return hardLinks.isEmpty() ? List.of(what) : List.of(what, links(hardLinks));
  }

  private static void addLinks(
      String start, Set<String> names, Set<String> others, List<String> changes) {
    Set<String> rest = new TreeSet<>(names);
    rest.removeAll(others);
    if (!rest.isEmpty()) {
      changes.add(start + "a " + links(rest));
    }
  }

  private static String links(Set<String> names) {
    return "hard link of "
        + names.iterator().next()
        + (names.size() == 1 ? "" : " and of " + (names.size() - 1) + " more");
  }

  private static void tell(String what, String before, String after, List<String> changes) {
    if (!Objects.equals(before, after)) {
      changes.add(
          what
              + (before.isEmpty() ? "none" : before)
              + " -> "
              + (after.isEmpty() ? "none" : after));
    }
  }
}
