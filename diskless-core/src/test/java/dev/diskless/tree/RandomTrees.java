package dev.diskless.tree;

import dev.diskless.tree.Content.Extent;
import dev.diskless.tree.Entry.Device;
import dev.diskless.tree.Entry.Type;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Trees of all kinds of entries, the same ones for the same seed. */
public final class RandomTrees {

  private final RandomGenerator random;
  private final String layer;

  public RandomTrees(RandomGenerator random, String layer) {
    this.random = random;
    this.layer = layer;
  }

  /**
   * A tree with strange names, owners, times, attributes, links and holes.
   *
   * @param size how many entries, about
   */
  public FileTree tree(int size) {
    Map<TreePath, Entry> entries = new TreeMap<>();
    List<TreePath> directories = new ArrayList<>(List.of(TreePath.ROOT));
    entries.put(TreePath.ROOT, Entry.directory(TreePath.ROOT, metadata(), layer));
    long inode = 0;
    for (int i = 0; i < size; i++) {
      TreePath path = directories.get(random.nextInt(directories.size())).resolve(name());
      if (entries.containsKey(path) || path.raw().length() > 3000) {
        continue;
      }
      List<Entry> files = entries.values().stream().filter(Entry::isFile).toList();
      Entry entry =
          switch (random.nextInt(10)) {
            case 0, 1 -> {
              directories.add(path);
              yield Entry.directory(path, metadata(), layer);
            }
            case 2 -> Entry.symlink(path, metadata(), target(), layer);
            case 3 -> Entry.device(path, Type.CHARACTER_DEVICE, metadata(), device(), layer);
            case 4 -> Entry.device(path, Type.BLOCK_DEVICE, metadata(), device(), layer);
            case 5 -> Entry.fifo(path, metadata(), layer);
            case 6 -> {
              if (files.isEmpty()) {
                yield Entry.fifo(path, metadata(), layer);
              }
              Entry first = files.get(random.nextInt(files.size()));
              if (first.inode() == Entry.SINGLE) {
                first = first.withInode(++inode);
                entries.put(first.path(), first);
              }
              yield first.withPath(path);
            }
            default -> Entry.file(path, metadata(), content(), layer);
          };
      entries.put(path, entry);
    }
    return FileTree.of(entries.values());
  }

  private TreePath name() {
    int length =
        switch (random.nextInt(12)) {
          case 0 -> 100 + random.nextInt(156);
          case 1 -> 90 + random.nextInt(20);
          default -> 1 + random.nextInt(12);
        };
    int kind = random.nextInt(6);
    StringBuilder raw = new StringBuilder();
    while (raw.length() < length) {
      int c =
          kind == 0
              ? 1 + random.nextInt(255)
              : "abcdefghijXYZ0123-_+ .=%\\".charAt(random.nextInt(25));
      if (kind == 1 && raw.length() + 2 <= length) {
        raw.append("\u00c3\u00a4"); // an umlaut in UTF-8
      } else if (c != '/') {
        raw.append((char) c);
      }
    }
    return raw.toString().matches("\\.\\.?") ? TreePath.of("dots") : TreePath.ofRaw(raw.toString());
  }

  private String target() {
    String target = (random.nextBoolean() ? "/" : "../") + name().raw();
    return random.nextInt(5) == 0 ? target + "/" + name().raw() : target;
  }

  private Device device() {
    return new Device(random.nextInt(1 << 12), random.nextInt(1 << 20));
  }

  private Metadata metadata() {
    long seconds =
        switch (random.nextInt(8)) {
          case 0 -> -1 - random.nextLong(3_000_000_000L);
          case 1 -> (1L << 33) + random.nextLong(1L << 33);
          default -> random.nextLong(2_000_000_000L);
        };
    int nanos = random.nextInt(3) == 0 ? random.nextInt(1_000_000_000) : 0;
    return new Metadata(
        random.nextInt(010000), id(), id(), Instant.ofEpochSecond(seconds, nanos), xattrs());
  }

  private long id() {
    return switch (random.nextInt(5)) {
      case 0 -> random.nextLong(0xFFFFFFFFL);
      case 1 -> 2097151 + random.nextInt(2);
      default -> random.nextInt(2000);
    };
  }

  private Xattrs xattrs() {
    Map<String, byte[]> values = new TreeMap<>();
    while (random.nextInt(4) == 0) {
      byte[] value = new byte[random.nextInt(5) == 0 ? 0 : random.nextInt(300)];
      random.nextBytes(value);
      String name =
          List.of("user.a", "security.capability", "user.x=y%3Dz", "trusted.\u00e4", "user.\n")
              .get(random.nextInt(5));
      values.put(name, value);
    }
    return Xattrs.of(values);
  }

  private Content content() {
    int size =
        switch (random.nextInt(8)) {
          case 0 -> 0;
          case 1 -> 512;
          case 2 -> random.nextInt(600_000);
          default -> random.nextInt(2000);
        };
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return size > 0 && random.nextInt(4) == 0 ? sparse(bytes) : new BytesContent(bytes);
  }

  /** Of whole blocks of 512 bytes, as archives have them. */
  private Content sparse(byte[] bytes) {
    List<Extent> extents = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int hole = 512 * (1 + random.nextInt(1 + bytes.length / 1500));
      int data = 512 * (1 + random.nextInt(1 + bytes.length / 1500));
      Arrays.fill(bytes, at, Math.min(bytes.length, at + hole), (byte) 0);
      if (at + hole < bytes.length && random.nextInt(4) > 0) {
        extents.add(new Extent(at + hole, Math.min(data, bytes.length - at - hole)));
      } else {
        Arrays.fill(bytes, at, Math.min(bytes.length, at + hole + data), (byte) 0);
      }
      at += hole + data;
    }
    return new Sparse(bytes, List.copyOf(extents));
  }

  private record Sparse(byte[] bytes, List<Extent> extents) implements Content {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes);
    }
  }
}
