package dev.diskless.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Content.Extent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Entry.Type;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.RandomTrees;
import dev.diskless.tree.TreeListing;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives made by hand: rare forms, and wrong ones. */
class TarReaderTest {

  @TempDir Path directory;
  private final Problems problems = new Problems();

  @Test
  void makesMissingDirectoriesAndTakesTheLastOfThoseListedTwice() throws IOException {
    FileTree tree =
        read(
            new RawTar()
                .entry('5', "./etc/", "", "")
                .file("./usr/share/doc/file", "x")
                .file("./twice", "first")
                .entry('5', "etc", "", "", h -> RawTar.put(h, TarFormat.MODE, "0000750"))
                .file("twice", "second"));

    assertThat(tree)
        .extracting(e -> e.path().raw())
        .containsExactly(
            "", "etc", "twice", "usr", "usr/share", "usr/share/doc", "usr/share/doc/file");
    assertThat(get(tree, "etc").metadata().mode()).isEqualTo(0750);
    assertThat(get(tree, "usr").isDirectory()).isTrue();
    assertThat(text(get(tree, "twice"))).isEqualTo("second");
    assertThat(get(tree, "twice").layer()).isEqualTo("image test");
  }

  @Test
  void takesTheRecordsOfPaxHeadersInAnyOrder() throws IOException {
    FileTree tree =
        read(
            new RawTar()
                .pax(
                    RawTar.record("comment", "of no use")
                        + RawTar.record("gid", "4000000000")
                        + RawTar.record("SCHILY.xattr.user.x", "\0\u00ff\n=")
                        + RawTar.record("mtime", "-1.5")
                        + RawTar.record("size", "5")
                        + RawTar.record("uid", "3000000")
                        + RawTar.record("path", "long/name"))
                .entry('0', "short", "", "hello", h -> RawTar.put(h, TarFormat.SIZE, "00000000000"))
                .file("next", "x"));

    Entry file = get(tree, "long/name");
    assertThat(text(file)).isEqualTo("hello");
    assertThat(file.metadata().uid()).isEqualTo(3_000_000);
    assertThat(file.metadata().gid()).isEqualTo(4_000_000_000L);
    assertThat(file.metadata().mtime()).isEqualTo(Instant.ofEpochSecond(-2, 500_000_000));
    assertThat(file.metadata().xattrs().value("user.x"))
        .isEqualTo("\0\u00ff\n=".getBytes(ISO_8859_1));
    assertThat(get(tree, "next").metadata().xattrs().isEmpty()).isTrue();
    assertThat(get(tree, "next").metadata().uid()).isZero();
  }

  @Test
  void takesGlobalHeadersForAllThatFollows() throws IOException {
    FileTree tree =
        read(
            new RawTar()
                .file("before", "")
                .entry('g', "global", "", RawTar.record("uid", "7") + RawTar.record("gid", "8"))
                .file("one", "")
                .pax(RawTar.record("uid", "9"))
                .file("two", "")
                .entry('g', "global", "", RawTar.record("uid", ""))
                .file("three", ""));

    assertThat(tree)
        .filteredOn(Entry::isFile)
        .extracting(e -> e.path().raw() + " " + e.metadata().uid() + ":" + e.metadata().gid())
        .containsExactly("before 0:0", "one 7:8", "three 0:8", "two 9:8");
  }

  @Test
  void takesLongNamesOfGnuTarAndNumbersOfBase256() throws IOException {
    String name = "n".repeat(120);
    FileTree tree =
        read(
            new RawTar()
                .entry('K', "././@LongLink", "", "t".repeat(130) + "\0")
                .entry('L', "././@LongLink", "", name + "\0")
                .entry(
                    '2',
                    "cut",
                    "cut",
                    "",
                    h -> {
                      RawTar.put(h, TarFormat.UID, "\u0080\0\0\0\0\u00ff\u00ff\u00ff");
                      RawTar.put(h, TarFormat.MTIME, "\u00ff".repeat(11) + "\u00fe");
                    }));

    Entry link = get(tree, name);
    assertThat(link.rawTarget()).isEqualTo("t".repeat(130));
    assertThat(link.metadata().uid()).isEqualTo(0xFFFFFF);
    assertThat(link.metadata().mtime()).isEqualTo(Instant.ofEpochSecond(-2));
  }

  @Test
  void takesNamesSplitAtThePrefix() throws IOException {
    FileTree tree =
        read(new RawTar().entry('0', "name", "", "", h -> RawTar.put(h, TarFormat.PREFIX, "a/b")));

    assertThat(tree.get(TreePath.of("a/b/name"))).isPresent();
  }

  @Test
  void takesLinksToLinksForOneFileWithTheMetadataOfTheFirst() throws IOException {
    FileTree tree =
        read(
            new RawTar()
                .file("a", "hello")
                .entry('1', "b", "a", "", h -> RawTar.put(h, TarFormat.MODE, "0000777"))
                .entry('1', "c", "./b", "")
                .file("other", "x")
                .entry('1', "another", "other", ""));

    assertThat(TreeListing.hardLinks(tree))
        .containsExactlyInAnyOrder(
            List.of(TreePath.of("a"), TreePath.of("b"), TreePath.of("c")),
            List.of(TreePath.of("another"), TreePath.of("other")));
    assertThat(get(tree, "b").metadata().mode()).isEqualTo(0644);
    assertThat(text(get(tree, "c"))).isEqualTo("hello");
  }

  @Test
  void findsTheNextHeaderBehindAHardLinkWithASizeWithOrWithoutItsData() throws IOException {
    FileTree tree =
        read(
            new RawTar()
                .file("a", "hello")
                .entry('1', "with", "a", "hello")
                .entry('1', "without", "a", "", h -> RawTar.put(h, TarFormat.SIZE, "00000000005"))
                .file("z", "last"));

    assertThat(text(get(tree, "with"))).isEqualTo("hello");
    assertThat(text(get(tree, "without"))).isEqualTo("hello");
    assertThat(text(get(tree, "z"))).isEqualTo("last");
  }

  @Test
  void ignoresWhatFollowsTheEnd() throws IOException {
    Path tar =
        new RawTar()
            .file("a", "x")
            .bytes(new byte[1024])
            .data("garbage")
            .cutOff(directory.resolve("t"));

    assertThat(TarReader.index(tar, "image test", problems).size()).isEqualTo(2);
  }

  @Test
  void translatesAttributesOfOtherPrograms() throws IOException {
    FileTree tree =
        read(
            new RawTar()
                .pax(
                    RawTar.record("LIBARCHIVE.xattr.user.a%25b", "AP8")
                        + RawTar.record("RHT.security.selinux", "system_u:object_r:etc_t:s0")
                        + RawTar.record(
                            "SCHILY.acl.default",
                            "user::rwx,user:joe:r-x:1000,group::---,mask::r-x,other::---"))
                .entry('5', "d", "", ""));

    var xattrs = get(tree, "d").metadata().xattrs();
    assertThat(xattrs.names())
        .containsExactly("security.selinux", "system.posix_acl_default", "user.a%b");
    assertThat(xattrs.value("user.a%b")).isEqualTo(new byte[] {0, -1});
    assertThat(xattrs.value("security.selinux"))
        .isEqualTo("system_u:object_r:etc_t:s0\0".getBytes(UTF_8));
    assertThat(HexFormat.of().formatHex(xattrs.value("system.posix_acl_default")))
        .isEqualTo(
            "02000000"
                + "01000700ffffffff"
                + "02000500e8030000"
                + "04000000ffffffff"
                + "10000500ffffffff"
                + "20000000ffffffff");
  }

  /** bsdtar writes the owning group's bits into the header, and the mask only into the list. */
  @Test
  void takesTheModeFromTheMaskOfAnAcl() throws IOException {
    String acl = "user::rw-,group::r--,other::---,user:daemon:rwx:1,mask::rwx";
    Path tar =
        new RawTar()
            .pax(RawTar.record("SCHILY.acl.access", acl))
            .file("f", "x")
            .pax(RawTar.record("SCHILY.acl.access", "user::rwx,group::r-x,other::r-x"))
            .file("g", "x")
            .end(directory.resolve("mask.tar"));

    FileTree tree = TarReader.index(tar, "image test", problems);

    assertThat(get(tree, "f").metadata().mode()).isEqualTo(0670);
    assertThat(get(tree, "g").metadata().mode()).isEqualTo(0755);
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void warnsOfAttributesThatItCannotKeep() throws IOException {
    Path tar =
        new RawTar()
            .pax(RawTar.record("SCHILY.acl.access", "user::rwx,user:joe:r-x,group::---,other::---"))
            .file("f", "x")
            .end(directory.resolve("acl.tar"));

    FileTree tree = TarReader.index(tar, "image test", problems);

    assertThat(get(tree, "f").metadata().xattrs().isEmpty()).isTrue();
    assertThat(problems.all())
        .singleElement()
        .extracting(Problem::toString)
        .asString()
        .contains("acl.tar: f at byte 1024: SCHILY.acl.access is not supported and not copied")
        .contains("--xattrs-include='*'");
  }

  @Test
  void mergesTouchingExtents() throws IOException {
    String map = "4\n0\n512\n512\n512\n2048\n512\n4096\n0\n";
    FileTree tree =
        read(
            new RawTar()
                .pax(
                    RawTar.record("GNU.sparse.major", "1")
                        + RawTar.record("GNU.sparse.minor", "0")
                        + RawTar.record("GNU.sparse.name", "sparse")
                        + RawTar.record("GNU.sparse.realsize", "4096"))
                .file(
                    "GNUSparseFile.0/sparse",
                    map + "\0".repeat(512 - map.length()) + "x".repeat(1536)));

    assertThat(get(tree, "sparse").content().size()).isEqualTo(4096);
    assertThat(get(tree, "sparse").content().extents())
        .containsExactly(new Extent(0, 1024), new Extent(2048, 512));
  }

  static Stream<Arguments> wrong() {
    String sparse =
        RawTar.record("GNU.sparse.major", "1")
            + RawTar.record("GNU.sparse.minor", "0")
            + RawTar.record("GNU.sparse.name", "s")
            + RawTar.record("GNU.sparse.realsize", "100");
    return Stream.of(
        arguments(
            new RawTar().file("a/../../etc/passwd", ""),
            "a/../../etc/passwd at byte 0: a path in a tree cannot go up"),
        arguments(
            new RawTar().file("/etc/passwd", ""),
            "at byte 0: the name is absolute: /etc/passwd; create the archive with `tar -C"
                + " DIRECTORY -c .`, without -P"),
        arguments(new RawTar().file("", "x"), "the name is empty"),
        arguments(
            new RawTar().pax(RawTar.record("path", "n".repeat(256))).file("n", ""),
            "the name is too long"),
        arguments(
            new RawTar().pax(RawTar.record("path", "a/".repeat(3000))).file("n", ""),
            "the name is too long"),
        arguments(
            new RawTar().pax(RawTar.record("path", "a\0b")).file("n", ""),
            "a\\000b at byte 1024: not a path"),
        arguments(new RawTar().file(".", ""), "is the root of the tree, but not a directory"),
        arguments(
            new RawTar().entry('1', "b", "missing", ""),
            "b at byte 0: is a hard link to /missing, which is not before it; create the archive again from the whole tree"),
        arguments(
            new RawTar().entry('5', "d", "", "").entry('1', "b", "d", ""),
            "is a hard link to /d, which is a directory"),
        arguments(
            new RawTar().entry('1', "b", "/a", ""), "the target of the hard link is absolute: /a"),
        arguments(new RawTar().entry('2', "b", "", ""), "is a symbolic link without a target"),
        arguments(
            new RawTar().entry('2', "lib", "usr/lib", "").file("lib/x", ""),
            "/lib/x at byte 512: lies below /lib, which is a symbolic link"),
        arguments(
            new RawTar().file("f", "").file("f/x", ""), "lies below /f, which is not a directory"),
        arguments(new RawTar().entry('M', "m", "", ""), "m at byte 0: is of the unknown type 'M'"),
        arguments(
            new RawTar()
                .file("a", "x")
                .entry('0', "b", "", "", h -> h[0] = 'b')
                .data("no header at all"),
            "at byte 1536: the checksum of the header is wrong"),
        arguments(
            new RawTar().data("no tar archive"),
            "is not a tar archive: the checksum of the first header is wrong"),
        arguments(new RawTar().data("\u001f\u008b"), "is compressed by gzip; decompress it first"),
        arguments(sized("\u00ff".repeat(12)), "has a negative size: -1"),
        arguments(sized("\u0080" + "\u00ff".repeat(11)), "has no valid number for its size"),
        arguments(
            sized("0000001234x"),
            "f at byte 0: has no valid number for its size:" + " '0000001234x"),
        arguments(sized("77777777777"), "the archive is cut off: "),
        arguments(
            new RawTar().pax(RawTar.record("size", "9223372036854775807")).file("f", ""),
            "the archive is cut off: "),
        arguments(
            new RawTar().pax(RawTar.record("size", "-1")).file("f", ""), "has a negative size: -1"),
        arguments(
            new RawTar().pax("99999999999999 path=x\n").file("f", ""),
            "has a corrupt pax header: a record is longer than the header"),
        arguments(
            new RawTar().pax("5 a=b\n").file("f", ""),
            "has a corrupt pax header: a record does not end where it says"),
        arguments(
            new RawTar().pax("path=x\n").file("f", ""),
            "has a corrupt pax header: a record has no length"),
        arguments(
            new RawTar().pax("7 path\n").file("f", ""),
            "has a corrupt pax header: a record has no value"),
        arguments(
            new RawTar().pax(RawTar.record("uid", "4294967295")).file("f", ""),
            "f at byte 1024: has the uid 4294967295, which Linux does not support"),
        arguments(new RawTar().pax(RawTar.record("gid", "-2")).file("f", ""), "has the gid -2"),
        arguments(
            new RawTar().pax(RawTar.record("uid", "root")).file("f", ""),
            "has no valid number for its uid: 'root'"),
        arguments(
            new RawTar().pax(RawTar.record("mtime", "12:30")).file("f", ""),
            "has no valid number for its time: '12:30'"),
        arguments(
            new RawTar().pax(RawTar.record("mtime", "9223372036854775807")).file("f", ""),
            "has a time out of range"),
        arguments(
            new RawTar().pax(sparse).file("x", "1\n50\n51\n".concat("\0".repeat(504))),
            "is a sparse file with a map that does not match its size"),
        arguments(
            new RawTar().pax(sparse).file("x", "999999999\n"),
            "is a sparse file with a map that does not match its size"),
        arguments(
            new RawTar()
                .pax(
                    RawTar.record("GNU.sparse.map", "0,1,2")
                        + RawTar.record("GNU.sparse.size", "100"))
                .file("x", "1"),
            "is a sparse file with a map that does not match its size"),
        arguments(
            new RawTar()
                .pax(
                    RawTar.record("GNU.sparse.major", "2")
                        + RawTar.record("GNU.sparse.realsize", "100"))
                .file("x", "1"),
            "is a sparse file of an unknown version 2"),
        arguments(new RawTar().entry('S', "s", "", ""), "is a sparse file of an unknown form"),
        arguments(
            new RawTar()
                .entry(
                    '3',
                    "c",
                    "",
                    "",
                    h ->
                        RawTar.put(h, TarFormat.MAJOR, "\u0080\0\0\u00ff\u00ff\u00ff\u00ff\u00ff")),
            "has a device number out of range"));
  }

  private static RawTar sized(String size) {
    return new RawTar().entry('0', "f", "", "x", h -> RawTar.put(h, TarFormat.SIZE, size));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource
  void wrong(RawTar raw, String message) throws IOException {
    Path tar = raw.end(directory.resolve("wrong.tar"));

    assertThatThrownBy(() -> TarReader.index(tar, "image test", problems))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problems())
                    .allSatisfy(p -> assertThat(p.remedy()).isNotEmpty())
                    .allSatisfy(p -> assertThat(p.toString()).startsWith(tar + ": ")))
        .hasMessageContaining(message);
  }

  @Test
  void tellsAllEntriesThatCannotBeInATree() throws IOException {
    Path tar =
        new RawTar()
            .file("/a", "")
            .file("../b", "")
            .entry('1', "c", "d", "")
            .end(directory.resolve("t"));

    assertThatThrownBy(() -> TarReader.index(tar, "image test", problems))
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.problems()).hasSize(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 513, 1023, 1024, 1535, 1536, 1700})
  void findsOutAnArchiveThatWasCutOff(int length) throws IOException {
    Path whole =
        new RawTar().file("a", "x").file("b", "y".repeat(512)).end(directory.resolve("whole"));
    Path tar =
        Files.write(directory.resolve("cut"), Arrays.copyOf(Files.readAllBytes(whole), length));

    assertThatThrownBy(() -> TarReader.index(tar, "image test", problems))
        .isInstanceOf(ProblemException.class)
        .hasMessageMatching("(?s).*/cut: .*(cut off|not a tar archive).*");
  }

  @Test
  void saysSoWhereTheArchiveChangedAfterwards() throws IOException {
    Path tar = new RawTar().file("a", "hello").end(directory.resolve("t"));
    Entry file = get(TarReader.index(tar, "image test", problems), "a");
    Files.write(tar, new byte[100]);

    assertThatThrownBy(() -> text(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("become shorter");
  }

  @Test
  void neverFailsInAnyOtherWayWhateverIsCorrupt() throws IOException {
    Path good = directory.resolve("good.tar");
    try (OutputStream out = Files.newOutputStream(good);
        TarWriter tar = new TarWriter(out)) {
      TarFiles.write(tar, new RandomTrees(new Random(5), "x").tree(60));
    }
    byte[] whole = Files.readAllBytes(good);
    Path bad = directory.resolve("bad.tar");
    int refused = 0;
    for (long seed = 0; seed < 1500; seed++) {
      Random random = new Random(seed);
      byte[] bytes = whole.clone();
      for (int i = random.nextInt(8); i >= 0; i--) {
        corrupt(bytes, random);
      }
      Files.write(
          bad,
          random.nextInt(10) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes);
      try {
        FileTree tree =
            Assertions.assertTimeout(
                Duration.ofSeconds(10), () -> TarReader.index(bad, "x", new Problems()));
        for (Entry entry : tree) {
          if (entry.type() == Type.FILE && entry.content().size() < 1 << 20) {
            text(entry);
          }
        }
      } catch (ProblemException | IOException expected) {
        refused++;
      } catch (RuntimeException | Error unexpected) {
        throw new AssertionError("seed " + seed, unexpected);
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  /** In a header, so that the checksum is right again; else only the checksum would be tested. */
  private static void corrupt(byte[] bytes, Random random) {
    int block = random.nextInt(bytes.length / 512) * 512;
    int count = 1 + random.nextInt(12);
    int at = random.nextInt(512 - count);
    byte[] junk = new byte[count];
    random.nextBytes(junk);
    for (int i = 0; i < count; i++) {
      bytes[block + at + i] =
          random.nextBoolean() ? junk[i] : "0179 =\n/,\0x".getBytes(UTF_8)[junk[i] & 7];
    }
    if (bytes[block + TarFormat.MAGIC] == 'u') {
      byte[] sum = "%06o\0 ".formatted(TarFormat.checksum(bytes, block)).getBytes(UTF_8);
      System.arraycopy(sum, 0, bytes, block + TarFormat.CHECKSUM, sum.length);
    }
  }

  private FileTree read(RawTar raw) throws IOException {
    FileTree tree = TarReader.index(raw.end(directory.resolve("t.tar")), "image test", problems);
    assertThat(problems.all()).isEmpty();
    return tree;
  }

  private static Entry get(FileTree tree, String path) {
    return tree.get(TreePath.of(path)).orElseThrow();
  }

  private static String text(Entry file) throws IOException {
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
