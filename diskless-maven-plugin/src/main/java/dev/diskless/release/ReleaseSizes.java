package dev.diskless.release;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.program.Program;
import dev.diskless.tree.RawPaths;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Measures releases. A file with several names counts once, and for no release alone when two have
 * it. Content that files share by reflink counts the same way, block by block, where the file
 * system tells where a file lies. Everything else counts with the blocks that stat(2) has for it,
 * directories too.
 */
final class ReleaseSizes {

  /** File systems of Linux that can share content between files. */
  private static final Set<String> REFLINKING = Set.of("btrfs", "xfs", "bcachefs", "ocfs2");

  private static final long BLOCK = 512;

  private final List<String> versions;
  private final long[] bytes;
  private final long[] alone;
  private final Map<String, Linked> linked = new HashMap<>();
  private final List<Span> spans = new ArrayList<>();
  private final Optional<Fiemap> fiemap;

  /** An inode with several names. */
  private record Linked(BitSet releases, long size) {}

  /** A part of the disk that a release has. */
  private record Span(long start, long end, int release) {}

  private ReleaseSizes(List<String> versions, Optional<Fiemap> fiemap) {
    this.versions = versions;
    this.bytes = new long[versions.size()];
    this.alone = new long[versions.size()];
    this.fiemap = fiemap;
  }

  /** By version, in the order of {@link MasterHost#releases}. */
  static Map<String, ReleaseSize> of(MasterHost host) throws IOException {
    List<String> versions = host.releases();
    if (versions.isEmpty()) {
      return Map.of();
    }
    Path releases = host.base().resolve("releases");
    Program.Outcome type =
        Program.run(
            List.of("stat", "-f", "-c", "%T", releases.toString()),
            dev.diskless.progress.Progress.SILENT);
    boolean reflinks = type.lines().stream().anyMatch(REFLINKING::contains);
    ReleaseSizes sizes = new ReleaseSizes(versions, reflinks ? Fiemap.open() : Optional.empty());
    for (int i = 0; i < versions.size(); i++) {
      sizes.read(i, host.release(versions.get(i)));
    }
    sizes.countLinked();
    sizes.countSpans();
    Map<String, ReleaseSize> all = new LinkedHashMap<>();
    for (int i = 0; i < versions.size(); i++) {
      all.put(versions.get(i), new ReleaseSize(sizes.bytes[i], sizes.alone[i]));
    }
    return all;
  }

  private void read(int release, Path folder) throws IOException {
    Set<String> seen = new HashSet<>();
    Process find =
        new ProcessBuilder("find", folder.toString(), "-xdev", "-printf", "%D:%i %n %b %y %p\\0")
            .redirectError(new File("/dev/null"))
            .start();
    String start = RawPaths.raw(folder.toAbsolutePath());
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(find.getInputStream(), ISO_8859_1), 1 << 16)) {
      for (String entry = NulText.next(in); entry != null; entry = NulText.next(in)) {
        String[] parts = entry.split(" ", 5);
        long size = Long.parseLong(parts[2]) * BLOCK;
        boolean isFile = parts[3].equals("f");
        boolean isLinked = isFile && !parts[1].equals("1");
        if (isLinked && !seen.add(parts[0])) {
          continue;
        }
        if (isFile && size > 0 && fiemap.isPresent()) {
          size = addSpans(release, start, folder, parts[4], size);
        }
        if (isLinked && size > 0) {
          linked.computeIfAbsent(parts[0], i -> new Linked(new BitSet(), 0));
          Linked known = linked.get(parts[0]);
          known.releases().set(release);
          linked.put(parts[0], new Linked(known.releases(), size));
        } else {
          bytes[release] += size;
          alone[release] += size;
        }
      }
    }
  }

  /** Notes what is shared, and gives back how much is not. */
  private long addSpans(int release, String start, Path folder, String path, long size) {
    String below = path.substring(folder.toString().length());
    Optional<List<Fiemap.Extent>> extents = fiemap.orElseThrow().extents(start + below);
    if (extents.isEmpty() || extents.get().stream().noneMatch(Fiemap.Extent::shared)) {
      return size;
    }
    long own = 0;
    for (Fiemap.Extent extent : extents.get()) {
      if (extent.shared()) {
        spans.add(new Span(extent.start(), extent.start() + extent.length(), release));
      } else {
        own += extent.length();
      }
    }
    return own;
  }

  private void countLinked() {
    for (Linked each : linked.values()) {
      each.releases().stream().forEach(r -> bytes[r] += each.size());
      if (each.releases().cardinality() == 1) {
        alone[each.releases().nextSetBit(0)] += each.size();
      }
    }
  }

  /** Goes over the disk from its start, and knows at each point which releases are there. */
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
