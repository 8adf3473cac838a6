package dev.diskless.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Content;
import dev.diskless.tree.Content.Extent;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Entry.Device;
import dev.diskless.tree.Entry.Type;
import dev.diskless.tree.FileContent;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.MtreeReader;
import dev.diskless.tree.MtreeWriter;
import dev.diskless.tree.RandomTrees;
import dev.diskless.tree.TreeListing;
import dev.diskless.tree.TreePath;
import dev.diskless.tree.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our archives unpacked by GNU tar, and archives of GNU tar read by us. */
@RequiresRoot("restoring owners and devices")
@RequiresProgram({"tar", "getcap", "getfattr", "setfattr"})
class GnuTarTest {

  private static final String EXTRACT =
      "mkdir out; tar --xattrs --xattrs-include='*' --warning=no-timestamp --numeric-owner -C out -xpf ours.tar";

  private static final String PACK =
      "tar --xattrs --xattrs-include='*' --numeric-owner --sparse --format=posix -C out -cf theirs.tar .";

  /** cap_net_raw=ep, as setcap writes it. */
  private static final byte[] CAPABILITY =
      HexFormat.of().parseHex("0100000200200000000000000000000000000000");

  private static final byte[] BINARY = HexFormat.of().parseHex("00ff0a3d80c3282000fe");

  @TempDir Path directory;

  /** Output of a script, one character for each byte. */
  private String run(String script) throws IOException {
    Shell.check(directory, "set -eu; export LC_ALL=C.UTF-8; { " + script + "\n} >.output 2>&1");
    return Files.readString(directory.resolve(".output"), ISO_8859_1);
  }

  @Test
  void unpacksEveryAttributeOfOurs() throws Exception {
    List<Entry> entries = new ArrayList<>();
    Metadata plain = Metadata.root(0644, Instant.ofEpochSecond(1_700_000_000, 123_456_789));
    entries.add(directory("", plain.withMode(0755)));
    entries.add(directory("tmp", plain.withMode(01777)));
    entries.add(file("sudo", plain.withMode(04755), "set-uid"));
    entries.add(file("wall", plain.withMode(02755).withOwner(7, 4_000_000_000L), "set-gid"));
    entries.add(
        file(
            "ping",
            new Metadata(
                0755,
                0,
                0,
                plain.mtime(),
                Xattrs.of(Map.of("security.capability", CAPABILITY, "user.binary", BINARY))),
            "capable"));
    entries.add(Entry.device(path("null"), Type.CHARACTER_DEVICE, plain, new Device(1, 3), "x"));
    entries.add(
        Entry.device(path("vdz"), Type.BLOCK_DEVICE, plain, new Device(4095, 1048575), "x"));
    entries.add(Entry.fifo(path("pipe"), plain, "x"));
    entries.add(Entry.symlink(path("link"), plain.withMode(0777), "../no where\u00e9", "x"));
    entries.add(
        Entry.symlink(path("long"), plain.withMode(0777), "/" + "t/".repeat(200) + "t", "x"));
    Entry first = file("one", plain, "several names").withInode(1);
    entries.add(first);
    entries.add(first.withPath(path("two")));
    entries.add(first.withPath(path("a/three")));
    entries.add(directory("a", plain.withMode(0700)));
    entries.add(file("\u00fcn\u00efcode", plain, "UTF-8"));
    entries.add(Entry.file(TreePath.ofRaw("latin-\u00fc"), plain, text("ISO-8859-1"), "x"));
    String longName = "d".repeat(200) + "/" + "n".repeat(99);
    entries.add(directory("d".repeat(200), plain.withMode(0755)));
    entries.add(file(longName, plain, "300 bytes"));
    TreePath longLatin = TreePath.ofRaw("\u00fc".repeat(200));
    entries.add(Entry.file(longLatin, plain, text("200 bytes of ISO-8859-1"), "x"));
    entries.add(file("old", Metadata.root(0600, Instant.ofEpochSecond(-2, 250_000_000)), "1969"));
    entries.add(file("late", Metadata.root(0600, Instant.ofEpochSecond(1L << 33)), "2242"));
    FileTree tree = FileTree.of(entries);
    write(tree);

    String warnings = run(EXTRACT);

    assertThat(warnings).isEmpty();
    assertThat(stat("%a %u:%g", "sudo")).isEqualTo("4755 0:0");
    assertThat(stat("%a %u:%g", "wall")).isEqualTo("2755 7:4000000000");
    assertThat(stat("%a", "tmp")).isEqualTo("1777");
    assertThat(stat("%.9Y", "sudo")).isEqualTo("1700000000.123456789");
    assertThat(stat("%.9Y", "link")).isEqualTo("1700000000.123456789");
    assertThat(stat("%.9Y", "a")).isEqualTo("1700000000.123456789");
    assertThat(stat("%.9Y", "old")).isEqualTo("-1.750000000");
    assertThat(stat("%Y", "late")).isEqualTo("8589934592");
    assertThat(run("getcap out/ping")).isEqualTo("out/ping cap_net_raw=ep\n");
    assertThat(run("getfattr --only-values -n user.binary out/ping | od -An -tx1"))
        .isEqualTo(" 00 ff 0a 3d 80 c3 28 20 00 fe\n");
    assertThat(stat("%F %t %T", "null")).isEqualTo("character special file 1 3");
    assertThat(stat("%F %t %T", "vdz")).isEqualTo("block special file fff fffff");
    assertThat(stat("%F", "pipe")).isEqualTo("fifo");
    assertThat(run("readlink -n out/link")).isEqualTo("../no where\u00e9");
    assertThat(stat("%h", "one")).isEqualTo("3");
    assertThat(stat("%i", "one")).isEqualTo(stat("%i", "two")).isEqualTo(stat("%i", "a/three"));
    assertThat(run("cat out/$(printf 'latin-\\374')")).isEqualTo("ISO-8859-1");
    assertThat(run("cat out/$(printf '\\303\\274n\\303\\257code')")).isEqualTo("UTF-8");
    assertThat(run("cat out/" + longName)).isEqualTo("300 bytes");
    assertThat(run("tar --xattrs --xattrs-include='*' -C out -df ours.tar")).isEmpty();

    run(PACK);
    assertThat(TreeListing.withoutLayers(read("theirs.tar")))
        .isEqualTo(TreeListing.withoutLayers(tree));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13})
  void unpacksARandomTree(long seed) throws Exception {
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : new RandomTrees(new Random(seed), "x").tree(200)) {
      // A file system refuses what a tree may have: attributes and modes of links, times after
      // 2446.
      Metadata is = entry.metadata();
      Instant earliest = Instant.ofEpochSecond(Integer.MIN_VALUE);
      Instant latest = Instant.ofEpochSecond(15_000_000_000L);
      Instant mtime = is.mtime().isBefore(earliest) ? earliest : is.mtime();
      entries.add(
          entry.withMetadata(
              new Metadata(
                  entry.isSymlink() ? 0777 : is.mode(),
                  is.uid(),
                  is.gid(),
                  mtime.isAfter(latest) ? latest : mtime,
                  Xattrs.NONE)));
    }
    FileTree tree = FileTree.of(entries);
    write(tree);
    run(EXTRACT);
    run(PACK);

    assertThat(TreeListing.difference(withoutExtents(read("theirs.tar")), withoutExtents(tree)))
        .as("seed %d", seed)
        .isEmpty();
  }

  /** A file system has holes only where whole blocks are empty. */
  private static List<String> withoutExtents(FileTree tree) {
    return TreeListing.withoutLayers(tree).stream()
        .map(line -> line.replaceFirst(" \\[.*?] ([0-9a-f]{64})", " $1"))
        .toList();
  }

  @Test
  void unpacksHolesAsHoles() throws Exception {
    run(
        """
        mkdir made
        truncate -s 9126805504 made/huge
        printf begin | dd of=made/huge conv=notrunc status=none
        printf middle | dd of=made/huge bs=1 seek=9000000000 conv=notrunc status=none
        truncate -s 1M made/empty
        truncate -s 1M made/end; printf end >> made/end
        tar -C made --sparse --format=posix -cf theirs.tar .
        """);
    FileTree tree = read("theirs.tar");
    Content huge = tree.get(path("huge")).orElseThrow().content();
    assertThat(huge.size()).isEqualTo(9_126_805_504L);
    assertThat(huge.isSparse()).isTrue();
    assertThat(at(huge, 9_000_000_000L, 6)).isEqualTo("middle");
    assertThat(at(huge, 0, 6)).isEqualTo("begin\0");
    write(tree);
    assertThat(Files.size(directory.resolve("ours.tar"))).isLessThan(100_000);

    run(EXTRACT);

    assertThat(stat("%s", "huge")).isEqualTo("9126805504");
    assertThat(Long.parseLong(stat("%b", "huge"))).isLessThan(100);
    assertThat(run("dd if=out/huge bs=1 skip=9000000000 count=6 status=none")).isEqualTo("middle");
    assertThat(stat("%s %b", "empty")).isEqualTo("1048576 0");
    assertThat(run("cmp made/empty out/empty; cmp made/end out/end")).isEmpty();
  }

  /** Hashing 400 GB of zeros took minutes in the build, and again in the installer. */
  @Test
  @Timeout(60)
  void aHoleOf400GigabytesCostsNoTime() throws Exception {
    long size = 400L << 30;
    run(
        """
        mkdir made; printf begin > made/lastlog; truncate -s 400G made/lastlog
        printf end | dd of=made/lastlog bs=1 seek=429496729597 conv=notrunc status=none
        """);
    Content content =
        new FileContent(
            directory.resolve("made/lastlog"),
            size,
            List.of(new Extent(0, 4096), new Extent(size - 4096, 4096)),
            Optional.empty());
    Entry entry = Entry.file(path("lastlog"), Metadata.root(0644, Instant.EPOCH), content, "image");
    Digest digest;
    try (OutputStream out = Files.newOutputStream(directory.resolve("ours.tar"));
        TarWriter tar = new TarWriter(out)) {
      digest = tar.write(entry.path(), entry).orElseThrow();
    }
    StringBuilder line = new StringBuilder();
    new MtreeWriter(line).entry(entry.path(), entry, Optional.of(digest), Optional.empty());

    run(EXTRACT);

    assertThat(line.toString()).contains(" size=" + size + " allocated=8192 sparsedigest=");
    assertThat(new MtreeReader(TreePath.ROOT, "").read(line.toString()).entry().content().digest())
        .contains(digest);
    assertThat(
            run(
                "PYTHONPATH=%s python3 -c 'from diskless_master.unpack import file_digest; print(file_digest(\"out/lastlog\", True))'"
                    .formatted(Path.of("src/main/python").toAbsolutePath())))
        .contains(digest.hex());
  }

  private static String at(Content content, long offset, int length) throws IOException {
    try (InputStream in = content.open()) {
      in.skipNBytes(offset);
      return new String(in.readNBytes(length), UTF_8);
    }
  }

  private static final String MAKE =
      """
      mkdir -p made/dir made/sticky
      cd made
      chmod 1777 sticky
      printf hello > dir/file
      printf secret > setuid; chown 1000:2000 setuid; chmod 4711 setuid
      ln dir/file hard
      ln -s dir/file link
      ln -s ../$(printf 'p%.0s' $(seq 90)) almost
      mkfifo pipe
      mknod null c 1 3
      mknod sda b 8 0
      printf x > "$(printf 'latin-\\374')"
      printf x > "$(printf 'utf-\\303\\274')"
      : > empty
      touch -h -d @1000000000 * dir/file
      touch -d @1000000000 .
      """;

  @ParameterizedTest
  @ValueSource(strings = {"v7", "oldgnu", "gnu", "ustar", "posix"})
  void readsEveryFormat(String format) throws Exception {
    run(MAKE);
    boolean old = format.equals("v7");
    // The oldest form has no device nodes and pipes.
    run(
        (old ? "rm made/pipe made/null made/sda; " : "")
            + "tar --format="
            + format
            + " --numeric-owner -C made -cf theirs.tar .");

    FileTree tree = read("theirs.tar");

    assertThat(tree.size()).isEqualTo(old ? 11 : 14);
    Entry setuid = tree.get(path("setuid")).orElseThrow();
    assertThat(setuid.metadata())
        .isEqualTo(
            new Metadata(04711, 1000, 2000, Instant.ofEpochSecond(1_000_000_000), Xattrs.NONE));
    assertThat(tree.get(path("sticky")).orElseThrow().metadata().mode()).isEqualTo(01777);
    assertThat(tree.get(path("sticky")).orElseThrow().isDirectory()).isTrue();
    assertThat(at(tree.get(path("hard")).orElseThrow().content(), 0, 10)).isEqualTo("hello");
    assertThat(TreeListing.hardLinks(tree))
        .containsExactly(List.of(path("dir/file"), path("hard")));
    assertThat(tree.get(path("link")).orElseThrow().rawTarget()).isEqualTo("dir/file");
    assertThat(tree.get(path("almost")).orElseThrow().rawTarget()).hasSize(93);
    assertThat(tree.get(path("empty")).orElseThrow().content().size()).isZero();
    assertThat(tree.get(TreePath.ofRaw("latin-\u00fc"))).isPresent();
    assertThat(tree.get(path("utf-\u00fc"))).isPresent();
    if (!old) {
      assertThat(tree.get(path("null")).orElseThrow().device()).isEqualTo(new Device(1, 3));
      assertThat(tree.get(path("sda")).orElseThrow().type()).isEqualTo(Type.BLOCK_DEVICE);
      assertThat(tree.get(path("pipe")).orElseThrow().type()).isEqualTo(Type.FIFO);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"oldgnu", "gnu", "posix"})
  void readsWhatDoesNotFitTheHeader(String format) throws Exception {
    String name = "n".repeat(150) + "/" + "m".repeat(150);
    run(
        """
        mkdir -p made/%s; printf long > made/%s
        ln -s %s made/link
        ln made/%s made/hard
        chown -h 3000000:4294967294 made/link made/hard
        touch -d @-5 made/hard; touch -h -d @9000000000 made/link
        tar --format=%s --numeric-owner -C made -cf theirs.tar .
        """
            .formatted("n".repeat(150), name, "t/".repeat(150), name, format));

    FileTree tree = read("theirs.tar");

    Entry file = tree.get(path(name)).orElseThrow();
    assertThat(at(file.content(), 0, 9)).isEqualTo("long");
    assertThat(file.metadata().uid()).isEqualTo(3_000_000);
    assertThat(file.metadata().gid()).isEqualTo(4_294_967_294L);
    assertThat(file.metadata().mtime()).isEqualTo(Instant.ofEpochSecond(-5));
    Entry link = tree.get(path("link")).orElseThrow();
    assertThat(link.rawTarget()).isEqualTo("t/".repeat(150));
    assertThat(link.metadata().mtime()).isEqualTo(Instant.ofEpochSecond(9_000_000_000L));
    assertThat(TreeListing.hardLinks(tree)).containsExactly(List.of(path("hard"), path(name)));
  }

  @ParameterizedTest
  @CsvSource({"gnu,", "oldgnu,", "posix,0.0", "posix,0.1", "posix,1.0"})
  void readsEveryFormOfSparseFiles(String format, String version) throws Exception {
    run(
        """
        mkdir made; cd made
        for i in $(seq 0 60); do
          printf "data $i" | dd of=many bs=1 seek=$((i * 65536 + 4096)) conv=notrunc status=none
        done
        truncate -s 5000000 many
        truncate -s 70000 hole
        printf whole > whole
        cd ..
        tar --sparse --format=%s %s -C made -cf theirs.tar .
        """
            .formatted(format, version == null ? "" : "--sparse-version=" + version));

    FileTree tree = read("theirs.tar");

    for (String name : List.of("many", "hole", "whole")) {
      Content content = tree.get(path(name)).orElseThrow().content();
      assertThat(content.size()).isEqualTo(Files.size(directory.resolve("made/" + name)));
      assertThat(content.isSparse()).isEqualTo(!name.equals("whole"));
      assertThat(TreeListing.sha256(content).hex())
          .isEqualTo(run("sha256sum made/" + name).substring(0, 64));
    }
    assertThat(tree.get(path("many")).orElseThrow().content().extents()).hasSize(61);
  }

  @Test
  void readsExtendedAttributesAndCapabilities() throws Exception {
    run(
        """
        mkdir made; : > made/ping; setcap cap_net_raw=ep made/ping
        setfattr -n user.binary -v 0x00ff0a3d80c3282000fe made/ping
        setfattr -n user.empty made/ping
        setfattr -n 'user.a=b%3D' -v 1 made/ping
        setfattr -h -n trusted.link -v 2 made
        """);
    run("mv made out; " + PACK);

    Xattrs xattrs = read("theirs.tar").get(path("ping")).orElseThrow().metadata().xattrs();

    assertThat(xattrs.names())
        .containsExactly("security.capability", "user.a=b%3D", "user.binary", "user.empty");
    assertThat(xattrs.value("security.capability")).isEqualTo(CAPABILITY);
    assertThat(xattrs.value("user.binary")).isEqualTo(BINARY);
    assertThat(xattrs.value("user.empty")).isEmpty();
    assertThat(read("theirs.tar").get(TreePath.ROOT).orElseThrow().metadata().xattrs().names())
        .containsExactly("trusted.link");
  }

  @Test
  void readsAccessControlLists() throws Exception {
    // user::rw- user:54321:rw- (GNU tar would write the name of a known user)
    // group::r-- mask::rw- other::r--
    String acl =
        "02000000"
            + "01000600ffffffff"
            + "0200060031d40000"
            + "04000400ffffffff"
            + "10000600ffffffff"
            + "20000400ffffffff";
    run("mkdir made; : > made/f; setfattr -n system.posix_acl_access -v 0x" + acl + " made/f");
    run("tar --acls --numeric-owner -C made -cf theirs.tar .");

    Xattrs xattrs = read("theirs.tar").get(path("f")).orElseThrow().metadata().xattrs();

    assertThat(HexFormat.of().formatHex(xattrs.value("system.posix_acl_access"))).isEqualTo(acl);
    // And back, by GNU tar, onto the disk.
    write(read("theirs.tar"));
    run(EXTRACT);
    assertThat(run("getfattr -e hex -n system.posix_acl_access out/f"))
        .contains("system.posix_acl_access=0x" + acl);
  }

  private void write(FileTree tree) throws IOException {
    try (OutputStream out = Files.newOutputStream(directory.resolve("ours.tar"));
        TarWriter tar = new TarWriter(out)) {
      TarFiles.write(tar, tree);
    }
  }

  private FileTree read(String tar) throws IOException {
    Problems problems = new Problems();
    FileTree tree = TarReader.index(directory.resolve(tar), "theirs", problems);
    assertThat(problems.all()).extracting(Problem::toString).isEmpty();
    return tree;
  }

  private String stat(String format, String name) throws IOException, InterruptedException {
    return run("stat -c '" + format + "' out/" + name).strip();
  }

  private static TreePath path(String path) {
    return TreePath.of(path);
  }

  private static Entry directory(String path, Metadata metadata) {
    return Entry.directory(path(path), metadata, "x");
  }

  private static Entry file(String path, Metadata metadata, String text) {
    return Entry.file(path(path), metadata, text(text), "x");
  }

  private static Content text(String text) {
    return new BytesContent(text.getBytes(UTF_8));
  }
}
