package dev.diskless.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Content;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.RandomTrees;
import dev.diskless.tree.TreeListing;
import dev.diskless.tree.TreePath;
import dev.diskless.tree.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link TarWriter} writes, {@link TarReader} reads. */
class TarCodecTest {

  private static final Metadata PLAIN = Metadata.root(0644, Instant.EPOCH);

  @TempDir Path directory;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void keepsEverythingOfARandomTree(long seed) throws IOException {
    FileTree tree = new RandomTrees(new Random(seed), "image test").tree(300);

    FileTree back = read(write(tree));

    assertThat(TreeListing.difference(TreeListing.of(back), TreeListing.of(tree)))
        .as("seed %d", seed)
        .isEmpty();
  }

  @Test
  void writesTheSameBytesWhateverTheLocaleAndTheTimeZone() throws IOException {
    FileTree tree = new RandomTrees(new Random(42), "image test").tree(300);
    byte[] first = write(tree);
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      assertThat(write(new RandomTrees(new Random(42), "image test").tree(300))).isEqualTo(first);
      assertThat(TreeListing.of(read(first))).hasSize(tree.size());
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void tellsTheDigestOfAFileAndOfNothingElse() throws IOException {
    byte[] bytes = new byte[700_000];
    new Random(1).nextBytes(bytes);
    try (TarWriter tar = new TarWriter(new ByteArrayOutputStream())) {
      assertThat(tar.write(TreePath.of("f"), file("f", new BytesContent(bytes))))
          .contains(Digest.of(bytes));
      assertThat(tar.write(TreePath.of("empty"), file("empty", new BytesContent(new byte[0]))))
          .contains(Digest.of(new byte[0]));
      assertThat(tar.write(TreePath.of("d"), Entry.directory(TreePath.of("d"), PLAIN, "x")))
          .isEmpty();
    }
  }

  @Test
  void writesUnderAnotherName() throws IOException {
    byte[] tar = write(t -> t.write(TreePath.of("images/debian/f"), file("f", text("hello"))));

    assertThat(read(tar).get(TreePath.of("images/debian/f"))).isPresent();
  }

  @Test
  void usesOneBlockForAnEntryThatFits() throws IOException {
    TreePath path = TreePath.of("a".repeat(150) + "/" + "b".repeat(100));
    Entry fifo =
        Entry.fifo(
            path,
            new Metadata(07777, 2097151, 2097151, Instant.ofEpochSecond((1L << 33) - 1), none()),
            "x");

    assertThat(write(t -> t.write(path, fifo))).hasSize(3 * 512);
    assertThat(read(write(t -> t.write(path, fifo))).get(path).orElseThrow().looksLike(fifo))
        .isTrue();
  }

  private static Xattrs none() {
    return Xattrs.NONE;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 500000000, 1.5",
    "0, 1, 0.000000001",
    "-1, 0, -1",
    "-1, 500000000, -0.5",
    "-2, 750000000, -1.25",
    "-1, 999999999, -0.000000001",
    "8589934592, 0, 8589934592",
  })
  void writesTimesAsDecimals(long seconds, int nanos, String decimal) {
    assertThat(TarWriter.decimal(Instant.ofEpochSecond(seconds, nanos))).isEqualTo(decimal);
  }

  @Test
  void leavesNoEndAfterAFailureSoThatNobodyTakesThePartForTheWhole() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(out)) {
      tar.write(TreePath.of("good"), file("good", text("good")));
      assertThatThrownBy(
              () -> tar.write(TreePath.of("bad"), file("bad", new Claims(10, "short", null))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("/bad")
          .hasMessageContaining("5 bytes are missing");
      assertThatThrownBy(() -> tar.write(TreePath.of("later"), file("later", text("x"))))
          .isInstanceOf(IOException.class);
    }
    assertThat(out.size()).isZero();
  }

  @Test
  void writesSizesOfMoreThan8GibibytesAsRecords() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Content huge = new Claims(1L << 33, "x".repeat(1_000_000), null);
    try (TarWriter tar = new TarWriter(out)) {
      assertThatThrownBy(() -> tar.write(TreePath.of("huge"), file("huge", huge)))
          .isInstanceOf(IOException.class);
    }
    Path file = Files.write(directory.resolve("huge.tar"), out.toByteArray());

    assertThat(new String(out.toByteArray(), 512, 512, UTF_8).strip())
        .startsWith("19 size=8589934592\n");
    assertThatThrownBy(() -> TarReader.index(file, "x", new Problems()))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("bytes of the entry's 8589934592 are missing");
  }

  @Test
  void refusesContentThatIsNotWhatItsDigestSays() throws IOException {
    Digest other = Digest.of(new byte[] {1});
    try (TarWriter tar = new TarWriter(new ByteArrayOutputStream())) {
      assertThatThrownBy(
              () -> tar.write(TreePath.of("f"), file("f", new Claims(5, "hello", other))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("has changed")
          .hasMessageContaining(other.hex());
    }
  }

  @Test
  void leavesTheStreamOpen() throws IOException {
    boolean[] closed = {false};
    ByteArrayOutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    new TarWriter(out).close();
    assertThat(closed[0]).isFalse();
    assertThat(out.toByteArray()).isEqualTo(new byte[1024]);
  }

  private interface Writing {
    void with(TarWriter tar) throws IOException;
  }

  private static byte[] write(Writing writing) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(out)) {
      writing.with(tar);
    }
    return out.toByteArray();
  }

  private static byte[] write(FileTree tree) throws IOException {
    return write(tar -> TarFiles.write(tar, tree));
  }

  private FileTree read(byte[] tar) throws IOException {
    Path file = directory.resolve("read.tar");
    Files.write(file, tar);
    Problems problems = new Problems();
    FileTree tree = TarReader.index(file, "image test", problems);
    assertThat(problems.all()).isEmpty();
    return tree;
  }

  private static Entry file(String path, Content content) {
    return Entry.file(TreePath.of(path), PLAIN, content, "layer x");
  }

  private static Content text(String text) {
    return new BytesContent(text.getBytes(UTF_8));
  }

  /** Content that may not tell the truth about itself. */
  private record Claims(long size, String text, Digest said) implements Content {
    @Override
    public InputStream open() {
      return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    @Override
    public Optional<Digest> digest() {
      return Optional.ofNullable(said);
    }
  }
}
