package dev.diskless.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.tree.Entry.Device;
import dev.diskless.tree.Entry.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries and what they are made of. */
class EntryTest {

  private static final Metadata META = Metadata.root(0644, Instant.EPOCH);
  private static final TreePath PATH = TreePath.of("a/b");

  private static Entry file(String text) {
    return Entry.file(PATH, META, bytes(text), "x");
  }

  private static Content bytes(String text) {
    return new BytesContent(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void givesOnlyWhatItsTypeHas() {
    Entry fifo = Entry.fifo(PATH, META, "x");

    assertThatThrownBy(fifo::content).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(fifo::rawTarget).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(fifo::device).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> fifo.withContent(bytes("x")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Entry.device(PATH, Type.FILE, META, new Device(1, 3), "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void changesOnePartAndKeepsTheOthers() {
    Entry file = file("x").withInode(5);
    Content other = bytes("other");

    assertThat(file.withPath(TreePath.of("c")).inode()).isEqualTo(5);
    assertThat(file.withPath(TreePath.of("c")).path()).isEqualTo(TreePath.of("c"));
    assertThat(file.withContent(other).content()).isSameAs(other);
    assertThat(file.withContent(other).metadata()).isEqualTo(META);
    assertThat(file.withMetadata(META.withMode(04755).withOwner(1, 2)).metadata())
        .isEqualTo(new Metadata(04755, 1, 2, Instant.EPOCH, Xattrs.NONE));
    assertThat(file.withInode(7).layer()).isEqualTo("x");
  }

  @Test
  void looksLikeAnotherWhereANodeSeesNoDifference() {
    Entry file = file("same");

    assertThat(file.looksLike(file("same"))).isTrue();
    assertThat(file.looksLike(Entry.file(PATH, META, bytes("same"), "another layer"))).isTrue();
    assertThat(file.looksLike(file("other"))).isFalse();
    assertThat(file.looksLike(file("longer"))).isFalse();
    assertThat(file.looksLike(file.withMetadata(META.withMode(0600)))).isFalse();
    assertThat(file.looksLike(file.withPath(TreePath.of("c")))).isFalse();
    assertThat(file.looksLike(Entry.fifo(PATH, META, "x"))).isFalse();
    assertThat(Entry.symlink(PATH, META, "a", "x").looksLike(Entry.symlink(PATH, META, "b", "x")))
        .isFalse();
    assertThat(
            Entry.device(PATH, Type.BLOCK_DEVICE, META, new Device(1, 3), "x")
                .looksLike(Entry.device(PATH, Type.BLOCK_DEVICE, META, new Device(1, 4), "x")))
        .isFalse();
  }

  @Test
  void takesContentOfUnknownDigestForDifferent() {
    Content unknown = new FileContent(Path.of("f"), 4);
    Entry file = file("same").withContent(unknown);

    assertThat(file.looksLike(file.withContent(unknown))).isTrue();
    assertThat(file.looksLike(file.withContent(new FileContent(Path.of("f"), 4)))).isFalse();
    Optional<Digest> digest = Optional.of(Digest.of("same".getBytes(StandardCharsets.UTF_8)));
    assertThat(
            file("same")
                .looksLike(file.withContent(new FileContent(Path.of("f"), 4, null, digest))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 010000, 0100644})
  void refusesModesWithMoreThanPermissions(int mode) {
    assertThatThrownBy(() -> Metadata.root(mode, Instant.EPOCH))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void comparesAttributesByTheirBytes() {
    Map<String, byte[]> values =
        new HashMap<>(Map.of("user.b", new byte[] {0, -1}, "user.a", new byte[0]));
    Xattrs xattrs = Xattrs.of(values);
    values.get("user.b")[0] = 9;
    values.clear();
    xattrs.value("user.b")[0] = 9;

    assertThat(xattrs.names()).containsExactly("user.a", "user.b");
    assertThat(xattrs.value("user.b")).isEqualTo(new byte[] {0, -1});
    Xattrs same = Xattrs.of(Map.of("user.a", new byte[0], "user.b", new byte[] {0, -1}));
    assertThat(xattrs).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(xattrs)
        .isNotEqualTo(Xattrs.of(Map.of("user.a", new byte[0], "user.b", new byte[] {0, 1})))
        .isNotEqualTo(Xattrs.of(Map.of("user.a", new byte[0])));
    assertThat(Xattrs.of(Map.of())).isSameAs(Xattrs.NONE);
    assertThatThrownBy(() -> xattrs.value("user.c")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void knowsTheDigestOfAKnownText() {
    // FIPS 180-2, appendix B.1.
    assertThat(Digest.of("abc".getBytes(StandardCharsets.US_ASCII)))
        .hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ba7816bf",
        "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
        "ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0"
      })
  void refusesWhatIsNoDigest(String hex) {
    assertThatThrownBy(() -> new Digest(hex)).isInstanceOf(IllegalArgumentException.class);
  }
}
