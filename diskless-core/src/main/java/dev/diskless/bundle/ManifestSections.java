package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.tree.Entry;
import dev.diskless.tree.MtreeReader;
import dev.diskless.tree.TreePath;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Manifest of a bundle, divided by folder: {@code boot}, {@code master}, and each of {@code
 * images/NAME}, {@code groups/NAME} and {@code nodes/NAME}. Lines are parsed only on request. A
 * folder with the same lines in two bundles therefore costs only one comparison.
 */
public final class ManifestSections {

  /**
   * Range of the lines of a folder.
   *
   * @param start index of the first byte in the manifest
   * @param end index after the last byte in the manifest
   */
  private record Lines(int start, int end) {}

  private final byte[] manifest;
  private final Map<String, Lines> sections = new LinkedHashMap<>();

  /**
   * @param manifest the whole file; it is not copied
   * @throws IllegalArgumentException if {@code manifest} is not a valid manifest
   */
  public ManifestSections(byte[] manifest) {
    this.manifest = manifest;
    String last = "";
    int lastStart = 0;
    int line = 0;
    while (line < manifest.length) {
      int end = lineEnd(line);
      if (manifest[line] != '#') {
        String section = section(line, end);
        if (!section.equals(last)) {
          close(last, lastStart, line);
          last = section;
          lastStart = line;
        }
      }
      line = end + 1;
    }
    close(last, lastStart, manifest.length);
  }

  private void close(String section, int start, int end) {
    // What a bundle says of itself stands at both of its ends, and is read as it is.
    if (section.isEmpty() || section.equals("META-INF")) {
      return;
    }
    if (sections.put(section, new Lines(start, end)) != null) {
      throw new IllegalArgumentException("the entries of " + section + " do not stand together");
    }
  }

  private int lineEnd(int start) {
    int end = start;
    while (end < manifest.length && manifest[end] != '\n') {
      end++;
    }
    return end;
  }

  /**
   * Returns the folder of a line: the first two names below images, groups and nodes; otherwise
   * only the first name.
   */
  private String section(int start, int lineEnd) {
    if (lineEnd - start < 3 || manifest[start] != '.' || manifest[start + 1] != '/') {
      throw new IllegalArgumentException("no entry: " + text(start, lineEnd));
    }
    int from = start + 2;
    int end = nameEnd(from, lineEnd);
    String first = text(from, end);
    boolean many = first.equals("images") || first.equals("groups") || first.equals("nodes");
    return many && manifest[end] == '/' ? text(from, nameEnd(end + 1, lineEnd)) : first;
  }

  private int nameEnd(int from, int lineEnd) {
    int end = from;
    while (end < lineEnd && manifest[end] != '/' && manifest[end] != ' ') {
      end++;
    }
    return end;
  }

  private String text(int start, int end) {
    return new String(manifest, start, end - start, ISO_8859_1);
  }

  /** The folders that have entries. */
  public Set<String> names() {
    return sections.keySet();
  }

  /** Whether a folder has the very same lines in both. */
  public boolean isSame(String section, ManifestSections other) {
    Lines mine = sections.get(section);
    Lines theirs = other.sections.get(section);
    if (mine == null || theirs == null) {
      return mine == theirs;
    }
    return Arrays.equals(manifest, mine.start, mine.end, other.manifest, theirs.start, theirs.end);
  }

  /**
   * Returns the entries of a folder by their paths below it; none if the folder does not exist.
   * Their content cannot be opened.
   *
   * @throws IllegalArgumentException if a line is damaged
   */
  public NavigableMap<TreePath, Entry> entries(String section) {
    NavigableMap<TreePath, Entry> entries = new TreeMap<>();
    Lines lines = sections.get(section);
    if (lines != null) {
      TreePath folder = TreePath.ofRaw(section);
      MtreeReader reader = new MtreeReader(folder, section);
      Map<TreePath, Long> linked = new HashMap<>();
      for (int line = lines.start; line < lines.end; ) {
        int end = lineEnd(line);
        MtreeReader.Line read = reader.read(text(line, end));
        Entry entry = read.entry();
        if (read.hardLink().isPresent()) {
          long number = linked.computeIfAbsent(read.hardLink().get(), f -> 1L + linked.size());
          entry = entry.withInode(number);
        }
        entries.put(entry.path(), entry);
        line = end + 1;
      }
      linked.forEach(
          (first, number) -> {
            // Boot files are further names of files of images.
            if (first.startsWith(folder)) {
              entries.computeIfPresent(
                  first.relativeTo(folder),
                  (path, e) -> e.inode() == Entry.SINGLE ? e.withInode(number) : e);
            }
          });
    }
    return entries;
  }

  /**
   * Every name whose content has one of these digests.
   *
   * @return the digests by name
   */
  public Map<TreePath, String> having(Set<String> digests) {
    Map<TreePath, String> names = new HashMap<>();
    for (int line = 0; line < manifest.length; ) {
      int end = lineEnd(line);
      String text = text(line, end);
      int at = text.indexOf(MtreeReader.DIGEST);
      if (at > 0) {
        int start = at + MtreeReader.DIGEST.length();
        String digest = text.substring(start, Math.min(text.length(), start + 64));
        if (digests.contains(digest)) {
          names.put(MtreeReader.path(text.substring(0, text.indexOf(' '))), digest);
        }
      }
      line = end + 1;
    }
    return names;
  }
}
