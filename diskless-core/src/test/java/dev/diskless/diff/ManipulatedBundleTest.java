package dev.diskless.diff;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.diskless.archive.Compression;
import dev.diskless.archive.TarWriter;
import dev.diskless.archive.ZstdFrames;
import dev.diskless.bundle.BundleReader;
import dev.diskless.problem.ProblemException;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Content;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bundles that were manipulated so that diff sees one thing and an installer another, or so that
 * diff takes the memory of the machine. Each is a sound bundle, changed frame by frame.
 */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class ManipulatedBundleTest {

  private static final TreePath MANIFEST = TreePath.of("META-INF/diskless/manifest");
  private static final TreePath MORE = TreePath.of("META-INF/diskless/more");
  private static final Metadata ROOT = Metadata.root(0644, Version.TIME);
  private static final long MIB = 1 << 20;

  @TempDir private static Path prepared;

  private static byte[] sound;

  @TempDir private Path folder;
  private Path bundle;

  /** What is before the image, the image, and what follows it without the archive's end. */
  private final List<byte[]> frames = new ArrayList<>();

  private byte[] end;

  @BeforeAll
  static void pack() throws IOException {
    sound = Files.readAllBytes(new Version("2.0").write(prepared, Compression.ZSTD));
  }

  @BeforeEach
  void takeApart() throws IOException {
    bundle = Files.write(folder.resolve("bundle"), sound);
    for (ZstdFrames.Frame frame : ZstdFrames.of(bundle)) {
      try (InputStream in = Compression.ZSTD.decompress(ZstdFrames.open(bundle, List.of(frame)))) {
        frames.add(in.readAllBytes());
      }
    }
    end = frames.remove(3);
  }

  /** Puts the frames together again. */
  private void write() throws IOException {
    try (OutputStream out = Files.newOutputStream(bundle)) {
      for (byte[] frame : frames) {
        out.write(compressed(frame));
      }
      out.write(compressed(end));
    }
  }

  private static byte[] compressed(byte[] frame) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = Compression.ZSTD.compress(bytes)) {
      out.write(frame);
    }
    return bytes.toByteArray();
  }

  private static byte[] with(byte[] frame, byte[]... more) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(frame);
    for (byte[] each : more) {
      bytes.writeBytes(each);
    }
    return bytes.toByteArray();
  }

  private static byte[] packed(Entry entry) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      TarWriter tar = new TarWriter(bytes);
      tar.write(entry.path(), entry);
      tar.flush();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Entry file(TreePath path, String text) {
    return Entry.file(path, ROOT, new BytesContent(text.getBytes(UTF_8)), "test");
  }

  /** As the goal diff reads it; nothing else of the bundle is used before. */
  private void isDamaged(String what) throws IOException {
    write();

    assertThatThrownBy(() -> ComparedVersion.ofBundle(bundle))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("bundle is damaged: ")
        .hasMessageContaining(what)
        .hasMessageContaining("fetch the bundle again, or package it again");
  }

  @Test
  void theFramesPutTogetherAgainAreTheSameVersion() throws IOException {
    assertThat(frames).hasSize(3);
    write();

    assertThat(ZstdFrames.of(bundle)).hasSize(4);
    ComparedVersion side = ComparedVersion.ofBundle(bundle);
    assertThat(Comparison.of(new Version("1.0").side(folder), side).isEmpty()).isTrue();
    assertThat(new String(BundleReader.head(bundle), UTF_8)).contains("\"version\" : \"2.0\"");
  }

  @Test
  void aSecondManifestInTheFrameOfAnImage() throws IOException {
    frames.set(1, with(frames.get(1), packed(file(MANIFEST, "#mtree\n"))));

    isDamaged("entry /META-INF/diskless/manifest in the frame of image /images/golden");
  }

  @Test
  void aFileOfTheMasterInTheFrameOfAnImage() throws IOException {
    byte[] evil = packed(file(TreePath.of("master/etc/cron.d/evil"), "evil"));
    frames.set(1, with(frames.get(1), evil));

    isDamaged("entry /master/etc/cron.d/evil in the frame of image /images/golden");
  }

  @Test
  void aFileOfAnotherImageInTheFrameOfAnImage() throws IOException {
    byte[] other = packed(file(TreePath.of("images/golden2/etc/passwd"), "root"));
    frames.set(1, with(frames.get(1), other));

    isDamaged("entry /images/golden2/etc/passwd in the frame of image /images/golden");
  }

  @Test
  void anEntryOfAnImageThatGoesOnInTheNextFrame() throws IOException {
    byte[] open = packed(file(TreePath.of("images/golden/zzz"), "x".repeat(4096)));
    frames.set(1, with(frames.get(1), Arrays.copyOf(open, 512)));
    frames.set(2, with(new byte[4096], frames.get(2)));

    isDamaged("an entry goes beyond the frame of image /images/golden");
  }

  @Test
  void anEndInTheFrameOfAnImage() throws IOException {
    frames.set(1, with(frames.get(1), new byte[1024]));

    isDamaged("there is data after the end of the archive");
  }

  @Test
  void aSecondManifestBesideTheFirst() throws IOException {
    frames.set(2, with(frames.get(2), packed(file(MANIFEST, "#mtree\n"))));

    isDamaged("it has two entries /META-INF/diskless/manifest");
  }

  @Test
  void aSecondManifestByAnotherSpellingOfItsName() throws IOException {
    byte[] more = packed(file(TreePath.of("META-INF/diskless/x/manifest"), "#mtree\n"));
    byte[] name = "META-INF/diskless/./manifest".getBytes(UTF_8);
    System.arraycopy(name, 0, more, 0, name.length);
    frames.set(2, with(frames.get(2), checked(more)));

    isDamaged("it has two entries /META-INF/diskless/manifest");
  }

  /** With the checksum of a header that was changed. */
  private static byte[] checked(byte[] entry) {
    int sum = 8 * ' ';
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? 0 : entry[i] & 0xFF;
    }
    System.arraycopy("%06o\0 ".formatted(sum).getBytes(UTF_8), 0, entry, 148, 8);
    return entry;
  }

  static Stream<Arguments> others() {
    Entry.Device device = new Entry.Device(1, 3);
    TreePath meta = TreePath.of("META-INF/diskless");
    return Stream.of(
        Arguments.of("a symbolic link", Entry.symlink(MORE, ROOT, "/etc/passwd", "test")),
        Arguments.of("a FIFO", Entry.fifo(MORE, ROOT, "test")),
        Arguments.of(
            "a device", Entry.device(MORE, Entry.Type.CHARACTER_DEVICE, ROOT, device, "test")),
        Arguments.of("a device", Entry.device(MORE, Entry.Type.BLOCK_DEVICE, ROOT, device, "test")),
        Arguments.of("a symbolic link", Entry.symlink(meta, ROOT, "/etc", "test")),
        Arguments.of("a symbolic link", Entry.symlink(meta.parent(), ROOT, "/etc", "test")),
        Arguments.of("a file", file(meta, "text")));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("others")
  void whatIsNotAPlainFileAmongWhatABundleSaysOfItself(String kind, Entry entry)
      throws IOException {
    for (int frame : List.of(0, 2)) {
      byte[] before = frames.get(frame);
      // In front of all others: it is rejected before anything is used.
      frames.set(frame, with(packed(entry), before));
      isDamaged(entry.path() + " is " + kind);
      frames.set(frame, before);
    }
  }

  @Test
  void aHardLinkAmongWhatABundleSaysOfItself() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(bytes);
    tar.writeHardLink(MORE, TreePath.of("images/golden/etc/shadow"), file(MORE, ""));
    tar.flush();
    frames.set(2, with(frames.get(2), bytes.toByteArray()));

    isDamaged("/META-INF/diskless/more is a hard link");
  }

  @Test
  void aSparseFileAmongWhatABundleSaysOfItself() throws IOException {
    Content content =
        new Content() {
          @Override
          public long size() {
            return 1024;
          }

          @Override
          public InputStream open() {
            return new java.io.ByteArrayInputStream(new byte[1024]);
          }

          @Override
          public List<Extent> extents() {
            return List.of(new Extent(0, 512));
          }
        };
    frames.set(2, with(frames.get(2), packed(Entry.file(MORE, ROOT, content, "test"))));

    isDamaged("/META-INF/diskless/more is a sparse file");
  }

  /** Its memory is measured: the same would fail in a heap of any size below. */
  private void isDamagedWithLittleMemory(String what) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    assertThatThrownBy(() -> ComparedVersion.ofBundle(bundle))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("bundle is damaged: ")
        .hasMessageContaining(what);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(48 * MIB);
  }

  @Test
  void aSmallBundleWithAHugeManifest() throws IOException {
    try (OutputStream out = Files.newOutputStream(bundle)) {
      out.write(compressed(frames.get(0)));
      out.write(compressed(frames.get(1)));
      try (OutputStream last = Compression.ZSTD.compress(out)) {
        long size = 2048 * MIB;
        byte[] header = packed(file(MORE, ""));
        System.arraycopy("%011o".formatted(size).getBytes(UTF_8), 0, header, 124, 11);
        last.write(checked(header));
        byte[] zeros = new byte[(int) MIB];
        for (long i = 0; i < size; i += MIB) {
          last.write(zeros);
        }
        last.write(frames.get(2));
        last.write(end);
      }
    }
    assertThat(Files.size(bundle)).isLessThan(MIB);

    isDamagedWithLittleMemory("its entries below /META-INF/diskless have more than 256 MiB");
  }

  @Test
  void aHeaderThatClaimsMoreThanThereIs() throws IOException {
    byte[] header = packed(file(MORE, ""));
    System.arraycopy("%011o".formatted(200 * MIB).getBytes(UTF_8), 0, header, 124, 11);
    frames.set(2, checked(header));
    write();

    isDamagedWithLittleMemory("it is cut off");
  }

  @Test
  void manyEmptyEntries() throws IOException {
    int count = 70_000;
    byte[] header = packed(file(MORE, ""));
    try (OutputStream out = Files.newOutputStream(bundle)) {
      out.write(compressed(frames.get(0)));
      out.write(compressed(frames.get(1)));
      try (OutputStream last = Compression.ZSTD.compress(out)) {
        for (int i = 0; i < count; i++) {
          System.arraycopy("%08d".formatted(i).getBytes(UTF_8), 0, header, 18, 8);
          last.write(checked(header));
        }
        last.write(frames.get(2));
        last.write(end);
      }
    }

    assertThatThrownBy(() -> ComparedVersion.ofBundle(bundle))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("its entries below /META-INF/diskless have more than 256 MiB");
  }

  /** As {@code zstd --ultra --long=30} writes it (RFC 8878, section 3.1.1.1.2). */
  @Test
  void aWindowThatTakesMuchMemory() throws IOException {
    List<ZstdFrames.Frame> all = ZstdFrames.of(bundle);
    for (int frame = 0; frame < all.size(); frame++) {
      byte[] bytes = sound.clone();
      int at = (int) all.get(frame).start();
      assertThat(bytes[at + 4] & 0x20).as("the frame has a window").isZero();
      bytes[at + 5] = (byte) (30 - 10 << 3);
      Files.write(bundle, bytes);
      if (frame > 0) {
        isDamagedWithLittleMemory("its zstd window is larger than 2^27 bytes");
      } else {
        assertThatThrownBy(() -> BundleReader.head(bundle))
            .isInstanceOf(ProblemException.class)
            .hasMessageContaining("its zstd window is larger than 2^27 bytes");
      }
      assertThatThrownBy(() -> BundleReader.meta(bundle))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("its zstd window is larger than 2^27 bytes");
    }
  }

  @Test
  void aFileThatIsNeitherZstdNorGzip() throws IOException {
    Files.writeString(bundle, "a text");

    assertThatThrownBy(() -> BundleReader.meta(bundle))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining(
            "bundle is damaged: it is compressed neither with zstd nor with gzip");
    assertThatThrownBy(() -> BundleReader.meta(folder.resolve("nothing")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("nothing does not exist");
  }
}
