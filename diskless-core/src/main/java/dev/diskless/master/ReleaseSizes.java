package dev.diskless.master;

import dev.diskless.host.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures releases. A file with several names counts once. If two releases contain the file, its
 * size does not count as {@link ReleaseSize#alone}. The same applies to each block that files share
 * by reflink, if the file system reports the blocks of a file. Other files and directories count
 * with the blocks that stat(2) reports.
 */
final class ReleaseSizes {

  /** File systems of Linux that can share content between files. */
  private static final Set<String> REFLINKING = Set.of("btrfs", "xfs", "bcachefs", "ocfs2");

  private final List<String> versions;
  private final long[] bytes;
  private final long[] alone;
  private final Map<String, Linked> linked = new HashMap<>();
  private final List<Span> spans = new ArrayList<>();

  /**
   * Inode with several names.
   *
   * @param releases indexes of the releases that contain a name of the inode
   * @param size allocated bytes
   */
  private record Linked(BitSet releases, long size) {}

  /**
   * Part of the disk that a release uses.
   *
   * @param start first byte
   * @param end first byte after the part
   * @param release index of the release
   */
  private record Span(long start, long end, int release) {}

  private ReleaseSizes(List<String> versions) {
    this.versions = versions;
    this.bytes = new long[versions.size()];
    this.alone = new long[versions.size()];
  }

  /** Returns the sizes by version, in the order of {@link MasterHost#releases}. */
  static Map<String, ReleaseSize> of(MasterHost host) throws IOException {
    List<String> versions = host.releases();
    if (versions.isEmpty()) {
      return Map.of();
    }
    Path releases = host.base().resolve("releases");
    Command.Result type = Command.of("stat", "-f", "-c", "%T", releases.toString()).run();
    boolean reflinks = type.lines().stream().anyMatch(REFLINKING::contains);
    ReleaseSizes sizes = new ReleaseSizes(versions);
    NodeFiles.measure(versions.stream().map(host::release).toList(), reflinks, sizes::read);
    sizes.countLinked();
    sizes.countSpans();
    Map<String, ReleaseSize> all = new LinkedHashMap<>();
    for (int i = 0; i < versions.size(); i++) {
      all.put(versions.get(i), new ReleaseSize(sizes.bytes[i], sizes.alone[i]));
    }
    return all;
  }

  /** Reads what {@link NodeFiles#measure} reports. */
  private void read(BufferedReader in) throws IOException {
    for (String line = NulText.next(in); line != null; line = NulText.next(in)) {
      String[] words = line.split(" ");
      int release = Integer.parseInt(words[1]);
      switch (words[0]) {
        case "root" -> {
          bytes[release] += Long.parseLong(words[2]);
          alone[release] += Long.parseLong(words[2]);
        }
        case "link" -> {
          Linked known = linked.get(words[2]);
          BitSet releases = known == null ? new BitSet() : known.releases();
          releases.set(release);
          linked.put(words[2], new Linked(releases, Long.parseLong(words[3])));
        }
        case "span" ->
            spans.add(new Span(Long.parseLong(words[2]), Long.parseLong(words[3]), release));
        default -> throw new IOException("unknown line of nodefiles: " + line);
      }
    }
  }

  private void countLinked() {
    for (Linked each : linked.values()) {
      each.releases().stream().forEach(r -> bytes[r] += each.size());
      if (each.releases().cardinality() == 1) {
        alone[each.releases().nextSetBit(0)] += each.size();
      }
    }
  }

  /** Counts the blocks from the start of the disk, with the set of releases that use each block. */
  private void countSpans() {
    List<long[]> edges = new ArrayList<>(spans.size() * 2);
    for (Span span : spans) {
      edges.add(new long[] {span.start(), 1, span.release()});
      edges.add(new long[] {span.end(), -1, span.release()});
    }
    edges.sort(Comparator.comparingLong(e -> e[0]));
    int[] open = new int[versions.size()];
    int here = 0;
    long last = 0;
    for (long[] edge : edges) {
      long length = edge[0] - last;
      if (length > 0 && here > 0) {
        for (int r = 0; r < open.length; r++) {
          if (open[r] > 0) {
            bytes[r] += length;
            alone[r] += here == 1 ? length : 0;
          }
        }
      }
      last = edge[0];
      int r = (int) edge[2];
      int before = open[r];
      open[r] += (int) edge[1];
      here += (open[r] > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
    }
  }
}
