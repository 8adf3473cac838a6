package dev.diskless.compose;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.Descriptors;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocaleRequirementsTest {

  private static final FileTree ARCHIVE = tree("usr/lib/locale/locale-archive", archive());
  private static final FileTree FOLDER = tree("usr/lib/locale/de_DE.utf8/LC_CTYPE", new byte[0]);

  /** An archive of locales as localedef(1) writes it: a header, other tables, names. */
  private static byte[] archive() {
    byte[] names = "en_US.utf8\0de_DE.utf8\0de_DE@euro\0".getBytes(US_ASCII);
    ByteBuffer bytes = ByteBuffer.allocate(100 + names.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0, 0xde020109).putInt(20, 100).putInt(24, names.length);
    bytes.position(100).put(names);
    return bytes.array();
  }

  private static FileTree tree(String file, byte[] content) {
    return FileTree.of(
        List.of(
            Entry.file(
                TreePath.of(file),
                Metadata.root(0644, Instant.EPOCH),
                new BytesContent(content),
                "image debian")));
  }

  private static List<Problem> check(String locale, FileTree tree) throws IOException {
    Cluster cluster = Clusters.withLocale(Clusters.howto(), locale);
    Group group = cluster.groups().get(0);
    Descriptor descriptor = Descriptors.of(cluster, group, "locale");
    Problems problems = new Problems();
    LocaleRequirements.check(descriptor, group, tree, problems);
    return problems.all();
  }

  @ParameterizedTest
  @ValueSource(strings = {"de_DE.UTF-8", "de_DE.utf8", "de_DE@euro", "C.UTF-8", "POSIX"})
  void acceptsLocalesOfTheImage(String locale) throws IOException {
    assertThat(check(locale, ARCHIVE)).isEmpty();
  }

  @Test
  void acceptsLocalesInFolders() throws IOException {
    assertThat(check("de_DE.UTF-8", FOLDER)).isEmpty();
  }

  @Test
  void warnsOfOtherLocales() throws IOException {
    for (FileTree tree :
        List.of(ARCHIVE, FOLDER, tree("usr/lib/locale/locale-archive", new byte[99]))) {
      assertThat(check("fr_FR.UTF-8", tree))
          .singleElement()
          .asString()
          .isEqualTo(
              "cluster.yaml: group slaves: the image master-copy does not contain the locale"
                  + " fr_FR.UTF-8; add the package locales-all to the image, or write locale:"
                  + " C.UTF-8");
    }
  }
}
