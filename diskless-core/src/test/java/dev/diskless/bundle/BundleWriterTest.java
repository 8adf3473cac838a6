package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.archive.Compression;
import dev.diskless.host.Progress;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresProgram({"tar", "zstd"})
class BundleWriterTest {

  @TempDir private Path folder;

  @Test
  void theInstallerIsFirstAndTheManifestLast() throws IOException {
    List<String> names = list();

    assertThat(names)
        .startsWith(
            "META-INF/diskless/install",
            "META-INF/diskless/verify",
            "META-INF/diskless/bundle.json");
    assertThat(names).endsWith("META-INF/diskless/manifest");
    assertThat(names)
        .contains(
            "META-INF/diskless/packages/golden",
            "images/golden/usr/bin/su",
            "boot/1.0/golden/vmlinuz",
            "boot/pxelinux.cfg/01-68-00-10-37-09-83",
            "groups/compute/etc/motd",
            "nodes/firstslave/etc/hostname",
            "master/etc/dhcp/dhcpd.conf")
        .doesNotHaveDuplicates();
  }

  @Test
  void anImageStandsInItOnce() throws IOException {
    assertThat(list().stream().filter(n -> n.endsWith("usr/bin/su"))).hasSize(1);
    assertThat(verbose())
        .contains("boot/1.0/golden/vmlinuz link to images/golden/boot/vmlinuz-6.1")
        .contains("images/golden/usr/bin/perl5 link to images/golden/usr/bin/perl");
  }

  @Test
  void aTftpServerMayReadWhatIsBooted() throws IOException {
    assertThat(verbose().lines())
        .filteredOn(l -> l.contains("boot/1.0/golden/initrd.img"))
        .singleElement()
        .asString()
        .startsWith("-rw-r--r-- 0/0");
  }

  @Test
  void aLayerKeepsTheDirectoriesAboveItAsTheImageHasThem() throws IOException {
    assertThat(verbose().lines())
        .filteredOn(l -> l.endsWith(" groups/compute/root/"))
        .singleElement()
        .asString()
        .startsWith("drwx------ 0/0");
  }

  @Test
  void theSameContentsGiveTheSameBytes() throws IOException {
    for (Compression compression : List.of(Compression.ZSTD, Compression.GZIP)) {
      BundleSummary one = SampleBundle.write(folder.resolve("one"), compression);
      BundleSummary two = SampleBundle.write(folder.resolve("two"), compression);

      assertThat(one.digest()).isEqualTo(two.digest());
      assertThat(folder.resolve("one")).hasSameBinaryContentAs(folder.resolve("two"));
      assertThat(Shell.run(folder, "sha256sum one").output()).startsWith(one.digest().hex());
    }
  }

  @Test
  void theManifestNamesEveryEntryButItself() throws IOException {
    List<String> names = list();
    List<String> lines =
        Shell.run(folder, "zstd -dcq b.tar.zst | tar -xO META-INF/diskless/manifest")
            .output()
            .lines()
            .toList();

    assertThat(lines.get(0)).isEqualTo("#mtree");
    assertThat(lines).hasSize(names.size());
    assertThat(lines)
        .filteredOn(l -> l.contains("type=file"))
        .allMatch(l -> l.matches(".* sha256digest=[0-9a-f]{64}( hardlink=\\S+)?"));
    assertThat(lines)
        .anyMatch(
            l -> l.startsWith("./images/golden/etc/odd\\040name\\040\\134\\040\\303\\274bung "));
  }

  @Test
  void theManifestRecordsHardLinks() throws IOException {
    list();
    List<String> lines =
        Shell.run(folder, "zstd -dcq b.tar.zst | tar -xO META-INF/diskless/manifest")
            .output()
            .lines()
            .filter(l -> l.contains("hardlink="))
            .map(l -> l.replaceAll(" .* ", " "))
            .toList();

    assertThat(lines)
        .containsExactly(
            "./images/golden/usr/bin/perl5 hardlink=./images/golden/usr/bin/perl",
            "./boot/1.0/golden/vmlinuz hardlink=./images/golden/boot/vmlinuz-6.1");
  }

  @Test
  void aBootFileIsAHardLinkOfTheFirstNameOfItsFileInTheImage() throws IOException {
    Path packed = folder.resolve("packed");
    for (int run = 0; run < 2; run++) { // The second one uses the packed image of the first.
      Path bundle = folder.resolve("b.tar.zst");
      BundleWriter.write(
          bundle,
          packed,
          new SampleBundle() {
            @Override
            public List<ImagePart> images() {
              return List.of(new ImagePart("golden", linkedKernel(image), "linked", List.of()));
            }
          },
          Compression.ZSTD,
          SampleBundle.TIMESTAMP,
          "0",
          line -> {});
      String manifest = new String(BundleReader.meta(bundle).get("manifest"), ISO_8859_1);

      assertThat(manifest.lines())
          .filteredOn(l -> l.startsWith("./boot/1.0/golden/vmlinuz "))
          .singleElement()
          .asString()
          .contains(" hardlink=./images/golden/boot/a-kernel");
    }
  }

  /** An image whose kernel is a further name of another file. */
  private static FileTree linkedKernel(FileTree image) {
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : image) {
      boolean isKernel = entry.path().equals(TreePath.of("boot/vmlinuz-6.1"));
      entries.add(isKernel ? entry.withInode(9) : entry);
      if (isKernel) {
        entries.add(entry.withPath(TreePath.of("boot/a-kernel")).withInode(9));
      }
    }
    return FileTree.of(entries);
  }

  @Test
  void deletionsAreListedForTheScript() throws IOException {
    list();
    assertThat(
            Shell.run(folder, "zstd -dcq b.tar.zst | tar -xO META-INF/diskless/deleted").output())
        .contains("groups/compute\twhiteout\tetc/issue\ngroups/compute\twhiteout\tvar/old\n");
  }

  @Test
  void whatFailsLeavesNothingBehindAndTheOldBundleAlone() throws IOException {
    Path bundle = folder.resolve("b.tar.zst");
    Files.writeString(bundle, "the old one");
    BundleContents broken =
        new SampleBundle() {
          @Override
          public void layers(LayerSink sink) throws IOException {
            throw new IOException("No space left on device");
          }
        };

    assertThatThrownBy(
            () ->
                BundleWriter.write(
                    bundle,
                    folder.resolve("packed"),
                    broken,
                    Compression.ZSTD,
                    SampleBundle.TIMESTAMP,
                    "0",
                    line -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    assertThat(bundle).hasContent("the old one");
    assertThat(folder).isDirectoryNotContaining(p -> !p.equals(bundle) && !p.endsWith("packed"));
  }

  @Test
  void anImageThatWasPackedBeforeGivesTheSameBytes() throws IOException {
    for (Compression compression : List.of(Compression.ZSTD, Compression.GZIP)) {
      SampleBundle.write(folder.resolve("made"), compression);
      assertThat(folder.resolve("packed")).isDirectoryContaining("glob:**.bundle");
      SampleBundle.write(folder.resolve("kept"), compression);
      Files.createDirectories(folder.resolve("other"));
      SampleBundle.write(folder.resolve("other/anew"), compression);

      assertThat(folder.resolve("kept")).hasSameBinaryContentAs(folder.resolve("made"));
      assertThat(folder.resolve("other/anew")).hasSameBinaryContentAs(folder.resolve("made"));
    }
  }

  @Test
  void aPackedImageThatIsDamagedIsMadeAnew() throws IOException {
    SampleBundle.write(folder.resolve("made"), Compression.ZSTD);
    // A copy, for what is kept is another name of the bundle.
    Files.copy(folder.resolve("made"), folder.resolve("copy"));
    Files.move(folder.resolve("copy"), folder.resolve("made"), REPLACE_EXISTING);
    Path lines = onlyFile("*.manifest");
    String[] frame =
        Files.readString(lines, ISO_8859_1).lines().findFirst().orElseThrow().split(" ");
    Path bundle = onlyFile("*.bundle");
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[Integer.parseInt(frame[1]) + Integer.parseInt(frame[2]) / 2] ^= 1;
    Files.write(bundle, bytes);
    SampleBundle.write(folder.resolve("again"), Compression.ZSTD);

    assertThat(folder.resolve("again")).hasSameBinaryContentAs(folder.resolve("made"));
  }

  @Test
  void whatIsKeptTakesNoRoomOfItsOwn() throws IOException {
    SampleBundle.write(folder.resolve("made"), Compression.ZSTD);

    assertThat(Files.isSameFile(onlyFile("*.bundle"), folder.resolve("made"))).isTrue();
  }

  @Test
  void aStartIsContinued() throws IOException {
    SampleBundle.write(folder.resolve("other/made"), Compression.ZSTD);
    Path bundle = folder.resolve("made");
    start(bundle, new SampleBundle());
    Object inode = Files.getAttribute(folder.resolve("made.start"), "unix:ino");
    SampleBundle.write(bundle, Compression.ZSTD);

    assertThat(bundle).hasSameBinaryContentAs(folder.resolve("other/made"));
    assertThat(Files.getAttribute(bundle, "unix:ino")).isEqualTo(inode);
    assertThat(folder).isDirectoryNotContaining("glob:**made.*");
  }

  /** A run that was killed while it continued the start. */
  @ParameterizedTest
  @ValueSource(strings = {".start", ".partial"})
  void aStartThatSomebodyContinuedIsNotContinued(String name) throws IOException {
    SampleBundle.write(folder.resolve("other/made"), Compression.ZSTD);
    Path bundle = folder.resolve("made");
    start(bundle, new SampleBundle());
    Files.writeString(folder.resolve("made.start"), "more", APPEND);
    if (!name.equals(".start")) {
      Files.move(folder.resolve("made.start"), folder.resolve("made" + name));
    }
    SampleBundle.write(bundle, Compression.ZSTD);

    assertThat(bundle).hasSameBinaryContentAs(folder.resolve("other/made"));
    assertThat(folder).isDirectoryNotContaining("glob:**made.*");
  }

  /** Of another cluster, or damaged: the head of the bundle differs, or the image. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStartWithOtherBytesIsNotContinued(boolean isHead) throws IOException {
    SampleBundle.write(folder.resolve("other/made"), Compression.ZSTD);
    Path bundle = folder.resolve("made");
    start(bundle, new SampleBundle());
    byte[] bytes = Files.readAllBytes(folder.resolve("made.start"));
    bytes[isHead ? 20 : bytes.length - 20] ^= 1;
    Files.write(folder.resolve("changed"), bytes);
    Files.move(folder.resolve("changed"), folder.resolve("made.start"), REPLACE_EXISTING);
    SampleBundle.write(bundle, Compression.ZSTD);

    assertThat(bundle).hasSameBinaryContentAs(folder.resolve("other/made"));
  }

  @Test
  void moreImagesThanAreKeptArePackedOnce() throws IOException {
    Path bundle = folder.resolve("made");
    SampleBundle contents = new SampleBundle();
    contents.copies = 12;
    start(bundle, contents);
    Object inode = Files.getAttribute(folder.resolve("made.start"), "unix:ino");
    write(bundle, contents);

    assertThat(Files.getAttribute(bundle, "unix:ino")).isEqualTo(inode);
  }

  private void start(Path bundle, SampleBundle contents) throws IOException {
    BundleWriter.start(
        bundle,
        folder.resolve("packed"),
        contents,
        Compression.ZSTD,
        SampleBundle.TIMESTAMP,
        "0.0-test",
        Progress.SILENT);
  }

  /** The bundle is complete; only the next build takes longer. */
  @Test
  void aCacheThatCannotBeUsedIsAWarning() throws IOException {
    Path notAFolder = Files.writeString(folder.resolve("packed"), "a file");
    List<String> said = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      BundleWriter.write(
          folder.resolve("b.tar.zst"),
          notAFolder,
          new SampleBundle(),
          Compression.ZSTD,
          SampleBundle.TIMESTAMP,
          "0",
          said::add);
    }

    assertThat(said.stream().filter(line -> line.startsWith("warning: ")))
        .hasSize(2)
        .allMatch(line -> line.contains(notAFolder + " already exists"));
    assertThat(folder.resolve("b.tar.zst")).isNotEmptyFile();
  }

  /** An image has password hashes in its /etc/shadow. */
  @Test
  void onlyTheOwnerCanReadABundleAndItsCache() throws IOException {
    write(folder.resolve("b.tar.zst"), new SampleBundle());

    for (Path file : List.of(folder.resolve("b.tar.zst"), onlyFile("*.bundle"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  private void write(Path bundle, SampleBundle contents) throws IOException {
    BundleWriter.write(
        bundle,
        folder.resolve("packed"),
        contents,
        Compression.ZSTD,
        SampleBundle.TIMESTAMP,
        "0.0-test",
        Progress.SILENT);
  }

  private Path onlyFile(String pattern) throws IOException {
    try (var files = Files.newDirectoryStream(folder.resolve("packed"), pattern)) {
      List<Path> found = new ArrayList<>();
      files.forEach(found::add);
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  @Test
  void onlyTheLastUsedPackedImagesAreKept() throws IOException {
    for (int i = 0; i < 12; i++) {
      SampleBundle contents = new SampleBundle();
      contents.identity = "golden " + i;
      write(folder.resolve("b"), contents);
    }

    try (var kept = Files.list(folder.resolve("packed"))) {
      assertThat(kept).hasSize(16);
    }
  }

  private List<String> list() throws IOException {
    SampleBundle.write(folder.resolve("b.tar.zst"), Compression.ZSTD);
    return Shell.run(folder, "zstd -dcq b.tar.zst | tar -t --quoting-style=literal")
        .output()
        .lines()
        .toList();
  }

  private String verbose() throws IOException {
    SampleBundle.write(folder.resolve("b.tar.zst"), Compression.ZSTD);
    return Shell.run(folder, "zstd -dcq b.tar.zst | tar -tv --numeric-owner").output();
  }
}
