package dev.diskless.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.tree.Content.Extent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeIndexTest {

  private static final Metadata META = Metadata.root(0644, Instant.ofEpochSecond(1_700_000_000));

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("test.index");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void keepsAllOfARandomTree(long seed) throws IOException {
    FileTree tree = onDisk(new RandomTrees(new Random(seed), "image d\u00e9bian = 12").tree(200));

    TreeIndex.writeTree(file(), tree);

    List<String> back = TreeListing.of(TreeIndex.readTree(file()));
    assertThat(TreeListing.difference(back, TreeListing.of(tree))).as("seed %d", seed).isEmpty();
  }

  /** With content that an index can refer to: some as files, some as parts of one, some inline. */
  private FileTree onDisk(FileTree tree) throws IOException {
    Path all = Files.createFile(directory.resolve("all.tar"));
    SharedFile shared = new SharedFile(all);
    List<Entry> entries = new ArrayList<>();
    int number = 0;
    for (Entry entry : tree) {
      if (!entry.isFile() || entry.inode() != Entry.SINGLE) {
        entries.add(entry.isFile() ? entry.withContent(new BytesContent(new byte[3])) : entry);
        continue;
      }
      Content is = entry.content();
      List<Extent> extents = is.isSparse() ? is.extents() : null;
      Optional<Digest> digest =
          number % 2 == 0 ? Optional.of(TreeListing.sha256(is)) : Optional.empty();
      try (InputStream in = is.open()) {
        byte[] bytes = in.readAllBytes();
        if (number % 3 == 0) {
          Path one = Files.write(directory.resolve("file " + number), bytes);
          entries.add(entry.withContent(new FileContent(one, bytes.length, extents, digest)));
        } else {
          long offset = Files.size(all);
          for (Extent extent : is.extents()) {
            Files.write(
                all,
                Arrays.copyOfRange(
                    bytes, (int) extent.offset(), (int) (extent.offset() + extent.length())),
                java.nio.file.StandardOpenOption.APPEND);
          }
          entries.add(
              entry.withContent(new SliceContent(shared, offset, bytes.length, extents, digest)));
        }
      }
      number++;
    }
    return FileTree.of(entries);
  }

  @Test
  void keepsDigestsAndWhereContentLies() throws IOException {
    Optional<Digest> digest = Optional.of(Digest.of(new byte[] {1}));
    SharedFile tar = new SharedFile(Path.of("/srv/\u00e4/x y.tar"));
    List<Extent> hole = List.of();
    TreeIndex.writeTree(
        file(),
        FileTree.of(
            List.of(
                Entry.file(
                    TreePath.of("f"), META, new FileContent(Path.of("/a b"), 1, null, digest), "x"),
                Entry.file(TreePath.of("s"), META, new SliceContent(tar, 7, 9, hole, digest), "x"),
                Entry.file(
                    TreePath.of("t"),
                    META,
                    new SliceContent(tar, 8, 2, null, Optional.empty()),
                    "x"))));

    FileTree tree = TreeIndex.readTree(file());

    FileContent plain = (FileContent) tree.get(TreePath.of("f")).orElseThrow().content();
    assertThat(plain.file()).isEqualTo(Path.of("/a b"));
    assertThat(plain.size()).isEqualTo(1);
    assertThat(plain.digest()).isEqualTo(digest);
    SliceContent sparse = (SliceContent) tree.get(TreePath.of("s")).orElseThrow().content();
    assertThat(sparse.file().path()).isEqualTo(tar.path());
    assertThat(sparse.offset()).isEqualTo(7);
    assertThat(sparse.size()).isEqualTo(9);
    assertThat(sparse.extents()).isEmpty();
    assertThat(sparse.digest()).isEqualTo(digest);
    SliceContent other = (SliceContent) tree.get(TreePath.of("t")).orElseThrow().content();
    assertThat(other.file()).as("opened once for all").isSameAs(sparse.file());
    assertThat(other.digest()).isEmpty();
  }

  @Test
  void keepsFileNamesOfAnyEncoding() throws IOException {
    Path latin = Path.of(URI.create("file:///srv/gr%FC%DF"));
    TreeIndex.writeTree(
        file(),
        FileTree.of(List.of(Entry.file(TreePath.of("f"), META, new FileContent(latin, 1), "x"))));

    Content content = TreeIndex.readTree(file()).get(TreePath.of("f")).orElseThrow().content();

    assertThat(((FileContent) content).file()).isEqualTo(latin);
  }

  private void write(Layer... layers) throws IOException {
    try (TreeIndex.Writer out = TreeIndex.writer(file())) {
      for (Layer layer : layers) {
        out.add(layer);
      }
      out.commit();
    }
  }

  @Test
  void keepsLayersInTheirOrder() throws IOException {
    Layer empty = Layer.builder("nothing").build();
    Layer layer =
        Layer.builder("files/nodes/node 1")
            .add(
                Entry.file(
                    TreePath.of("etc/motd"),
                    META,
                    new BytesContent(new byte[] {0, -1}),
                    "rendered"))
            .add(Entry.symlink(TreePath.of("l"), META, "a b\n", "files/nodes/node 1"))
            .ensure(Entry.directory(TreePath.of("srv"), META.withMode(01777), "other"))
            .delete(TreePath.of("usr/share/doc"))
            .delete(TreePath.ofRaw("\u00ff"))
            .build();
    write(layer, empty, layer);

    List<Layer> back = new ArrayList<>();
    TreeIndex.forEach(file(), back::add);

    assertThat(back)
        .extracting(Layer::name)
        .containsExactly("files/nodes/node 1", "nothing", "files/nodes/node 1");
    assertThat(TreeListing.of(back.get(2).entries())).isEqualTo(TreeListing.of(layer.entries()));
    assertThat(TreeListing.of(back.get(0).ensured())).isEqualTo(TreeListing.of(layer.ensured()));
    assertThat(back.get(0).deleted()).isEqualTo(layer.deleted());
    assertThat(back.get(1).isEmpty()).isTrue();
  }

  @Test
  void isReadableForPeople() throws IOException {
    Metadata ping =
        new Metadata(
            04755,
            0,
            12,
            Instant.ofEpochSecond(-2, 5),
            Xattrs.of(Map.of("user.a", new byte[] {1})));
    write(
        Layer.builder("image debian")
            .add(
                Entry.file(
                    TreePath.of("bin/p g"),
                    ping,
                    new FileContent(Path.of("/srv/p g"), 5),
                    "image debian"))
            .delete(TreePath.of("doc"))
            .build());

    assertThat(file())
        .hasContent(
            """
            #mtree diskless-index 2
            #layer image\\040debian
            #delete ./doc
            ./bin/p\\040g type=file mode=04755 uid=0 gid=12 time=-2.000000005 size=5 xattr.user.a=AQ== contents=/srv/p\\040g
            #end 3
            """);
  }

  @Test
  void findsOutWhateverWasCutOff() throws IOException {
    TreeIndex.writeTree(file(), onDisk(new RandomTrees(new Random(3), "x").tree(12)));
    byte[] whole = Files.readAllBytes(file());
    Path cut = directory.resolve("cut");
    // Without the last line end it is still whole.
    for (int length = 0; length < whole.length - 1; length++) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TreeIndex.readTree(cut))
          .as("cut off at %d", length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(cut.toString())
          .hasMessageContaining("delete it");
    }
  }

  @Test
  void neverFailsInAnyOtherWayWhateverIsCorrupt() throws IOException {
    TreeIndex.writeTree(file(), onDisk(new RandomTrees(new Random(4), "x").tree(30)));
    byte[] whole = Files.readAllBytes(file());
    Path bad = directory.resolve("bad");
    int refused = 0;
    for (long seed = 0; seed < 1000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = whole.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) " \n=/\\019,:+-.x".charAt(random.nextInt(14));
      }
      Files.write(bad, bytes);
      try {
        TreeIndex.readTree(bad);
      } catch (IOException expected) {
        refused++;
      } catch (RuntimeException unexpected) {
        throw new AssertionError("seed " + seed, unexpected);
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "cluster: lab\n",
        "#mtree\n#end 0\n",
        "#diskless-index 1\nend 0\n",
        "#mtree diskless-index 2\n./a type=fifo mode=0 uid=0 gid=0 time=0\n#end 1\n",
        "#mtree diskless-index 2\n#layer x\n./a type=socket mode=0 uid=0 gid=0 time=0\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n./a type=fifo uid=0 gid=0 time=0\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n./a/../b type=fifo mode=0 uid=0 gid=0 time=0\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n./a type=fifo mode=0 uid=0 gid=0 time=0 flags=none\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n./a type=fifo mode=0 uid=0 gid=0 time=0 optional\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n./a type=file mode=0 uid=0 gid=0 time=0 size=1\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n./a type=file mode=0 uid=0 gid=0 time=0 size=1 slice=1:0\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n./a type=link mode=0 uid=0 gid=0 time=0\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n#layer y\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n#delete ./a\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n./a type=dir mode=0 uid=0 gid=0 time=0 nochange\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n#other\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n#end 1\n#end 2\n",
        "#mtree diskless-index 2\n#layer x\n./a type=fifo mode=0 uid=0 gid=0 time=0\n./a type=fifo mode=0 uid=0 gid=0 time=0\n#end 3\n",
      })
  void refusesWhatIsNoIndexOfATree(String content) throws IOException {
    Files.writeString(file(), content);

    assertThatThrownBy(() -> TreeIndex.readTree(file()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file().toString());
  }

  @Test
  void leavesTheOldOneWhereWritingFails() throws IOException {
    TreeIndex.writeTree(file(), FileTree.of(List.of()));
    String before = Files.readString(file());
    Entry strange = Entry.file(TreePath.of("f"), META, new Strange(), "x");

    assertThatThrownBy(() -> TreeIndex.writeTree(file(), FileTree.of(List.of(strange))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/f");

    assertThat(file()).hasContent(before.strip());
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file());
    }
  }

  private static final class Strange implements Content {
    @Override
    public long size() {
      return 0;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(new byte[0]);
    }
  }
}
