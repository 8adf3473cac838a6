package dev.diskless.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreePathTest {

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "/, ''",
    "., ''",
    "./, ''",
    "///, ''",
    "etc, etc",
    "/etc/, etc",
    "./etc/./passwd, etc/passwd",
    "a//b, a/b",
    "a/.b/..c/d.., a/.b/..c/d..",
    "...,...",
  })
  void dropsWhatDoesNotCount(String path, String raw) {
    assertThat(TreePath.of(path).raw()).isEqualTo(raw);
    assertThat(TreePath.of(path))
        .isEqualTo(TreePath.ofRaw(raw))
        .hasSameHashCodeAs(TreePath.of(raw));
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/..", "../a", "a/../b", "/..", "a\0b", "\0"})
  void refusesToGoUpAndNul(String path) {
    assertThatThrownBy(() -> TreePath.of(path)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesCharsThatAreNoBytes() {
    assertThatThrownBy(() -> TreePath.ofRaw("\u0141")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keepsBytesOfAnyEncoding() {
    byte[] bytes = new byte[255];
    for (int i = 0; i < 255; i++) {
      bytes[i] = (byte) (i + 1);
    }
    bytes['/' - 1] = 'x';
    bytes['.' - 1] = 'x';

    assertThat(TreePath.ofBytes(bytes).bytes()).isEqualTo(bytes);
    assertThat(TreePath.of("gr\u00fc\u00df").bytes())
        .isEqualTo(new byte[] {'g', 'r', (byte) 0xC3, (byte) 0xBC, (byte) 0xC3, (byte) 0x9F});
  }

  @Test
  void showsItselfToPeople() {
    assertThat(TreePath.ROOT).hasToString("/");
    assertThat(TreePath.of("gr\u00fc\u00df/x")).hasToString("/gr\u00fc\u00df/x");
    assertThat(TreePath.ofRaw("gr\u00fc\u00df")).hasToString("/gr\\374\\337");
  }

  @Test
  void knowsItsParts() {
    TreePath path = TreePath.of("usr/share/doc");

    assertThat(path.parent()).isEqualTo(TreePath.of("usr/share"));
    assertThat(path.parent().parent().parent()).isEqualTo(TreePath.ROOT);
    assertThat(path.rawName()).isEqualTo("doc");
    assertThat(path.depth()).isEqualTo(3);
    assertThat(TreePath.ROOT.depth()).isZero();
    assertThat(TreePath.ROOT.rawName()).isEmpty();
    assertThat(TreePath.ROOT.parentOrRoot()).isEqualTo(TreePath.ROOT);
    assertThatThrownBy(TreePath.ROOT::parent).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void tellsWhatLiesBelow() {
    TreePath path = TreePath.of("usr/share/doc");

    assertThat(path.startsWith(TreePath.of("usr/share"))).isTrue();
    assertThat(path.startsWith(path)).isTrue();
    assertThat(path.startsWith(TreePath.ROOT)).isTrue();
    assertThat(path.startsWith(TreePath.of("usr/sha"))).isFalse();
    assertThat(TreePath.of("usr").startsWith(path)).isFalse();
    assertThat(path.relativeTo(TreePath.of("usr"))).isEqualTo(TreePath.of("share/doc"));
    assertThat(path.relativeTo(path)).isEqualTo(TreePath.ROOT);
    assertThat(path.relativeTo(TreePath.ROOT)).isEqualTo(path);
    assertThat(TreePath.of("usr").resolve("share/doc")).isEqualTo(path);
    assertThat(TreePath.ROOT.resolve(path)).isEqualTo(path);
    assertThat(path.resolve(TreePath.ROOT)).isEqualTo(path);
    assertThatThrownBy(() -> path.relativeTo(TreePath.of("var")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void putsADirectoryRightBeforeAllInIt(long seed) {
    Random random = new Random(seed);
    List<TreePath> paths = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      StringBuilder raw = new StringBuilder();
      for (int c = random.nextInt(7); c >= 0; c--) {
        raw.append("ab/!-\u00ff".charAt(random.nextInt(6)));
      }
      paths.add(TreePath.ofRaw(raw.toString()));
    }
    paths.sort(null);

    for (int i = 0; i < paths.size(); i++) {
      for (int j = i; j < paths.size(); j++) {
        TreePath one = paths.get(i);
        TreePath other = paths.get(j);
        // By components, each by its bytes without sign.
        assertThat(Arrays.compare(one.raw().split("/"), other.raw().split("/")))
            .as("seed %d: %s and %s", seed, one, other)
            .isLessThanOrEqualTo(0);
        assertThat(one.compareTo(other) == 0).isEqualTo(one.equals(other));
        assertThat(Integer.signum(other.compareTo(one)))
            .isEqualTo(-Integer.signum(one.compareTo(other)));
      }
    }
  }
}
