package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.it.TinyImage;
import dev.diskless.it.TinyKernel;
import dev.diskless.model.BootEntry;
import dev.diskless.model.Cluster;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups that boot another kernel of their image, and kernels that are decompressed. */
class KernelChoiceTest {

  private static final String RT = "6.1.0-37-rt-amd64";
  private static final String PLAIN = "6.1.0-37-amd64";
  private static final String OLD = "6.1.0-28-amd64";

  private final Problems problems = new Problems();

  @ParameterizedTest
  @CsvSource({
    "*, 6.1.0-37-amd64",
    "*rt*, 6.1.0-37-rt-amd64",
    "6.1.0-28*, 6.1.0-28-amd64",
    "6.1.0-2?-amd64, 6.1.0-28-amd64",
    "6.1.0-37-rt-amd64, 6.1.0-37-rt-amd64",
    "6.1.0-28-rt-amd64, 6.1.0-28-rt-amd64",
    "6?1.0-37-amd64, 6.1.0-37-amd64",
    "6.1.0-37, ",
    "6.1x0-37-amd64, "
  })
  void aGroupSelectsAKernelByVersionOrPattern(String wanted, String expected) {
    FileTree tree = image("6.1.0-28-rt-amd64", OLD, PLAIN, RT);

    assertThat(
            KernelFiles.find("golden", tree, Optional.of(wanted), problems)
                .map(KernelFiles::version))
        .isEqualTo(Optional.ofNullable(expected));
    assertThat(KernelFiles.hasKernel(tree, wanted)).isEqualTo(expected != null);
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void theVersionsOfAnImageAreListedWithTheDefaultFirst() {
    assertThat(KernelFiles.versions(image(OLD, RT, PLAIN))).containsExactly(PLAIN, OLD, RT);
  }

  @Test
  void aSelectedKernelNeedsItsInitramfs() {
    FileTree tree = FileTree.of(Arrays.asList(file("boot/vmlinuz-" + RT, "rt")));

    assertThat(KernelFiles.find("golden", tree, Optional.of("*rt*"), problems)).isEmpty();
    assertThat(problems.all())
        .extracting(Problem::message)
        .containsExactly(
            "image golden has no initramfs for its kernel: no file /boot/initrd.img-" + RT);
  }

  @Test
  void theGoalKernelListsTheKernelsIfNoneMatches() {
    assertThat(KernelCheck.ofImage("image golden", image(PLAIN, RT), Optional.of("7*"), problems))
        .isEmpty();
    assertThat(problems.all())
        .extracting(Problem::message)
        .containsExactly(
            "image golden has no kernel that matches kernel: 7*; its kernels are %s, %s"
                .formatted(PLAIN, RT));
  }

  @Test
  void twoGroupsOfAnImageBootDifferentKernels() throws IOException {
    Cluster cluster = withKernel("stateless", "*rt*");

    assertThat(bootFiles(cluster, image(OLD, PLAIN, RT)))
        .containsExactly(
            "1.0/golden/vmlinuz /boot/vmlinuz-" + PLAIN,
            "1.0/golden/initrd.img /boot/initrd.img-" + PLAIN,
            "1.0/groups/stateless/vmlinuz /boot/vmlinuz-" + RT,
            "1.0/groups/stateless/initrd.img /boot/initrd.img-" + RT);
    BootEntry plain = BootEntry.of(cluster, cluster.nodes().get(0));
    assertThat(plain.kernel()).isEqualTo("1.0/golden/vmlinuz");
    BootEntry rt = BootEntry.of(cluster, cluster.nodes().get(1));
    assertThat(rt.kernel()).isEqualTo("1.0/groups/stateless/vmlinuz");
    assertThat(rt.initrd()).contains("1.0/groups/stateless/initrd.img");
  }

  @Test
  void theDefaultKernelIsServedOnlyIfAGroupBootsIt() throws IOException {
    Cluster cluster =
        Clusters.withGroups(Clusters.lab(), g -> g.toBuilder().kernel("*rt*").build());

    assertThat(bootFiles(cluster, image(PLAIN, RT)))
        .hasSize(4)
        .allMatch(f -> f.startsWith("1.0/groups/"));
  }

  @Test
  void theInitramfsOfTheSelectedKernelIsChecked() throws IOException {
    Cluster cluster = withKernel("stateless", "*rt*");
    List<Entry> entries = new ArrayList<>(entries(PLAIN, RT));
    entries.set(
        3,
        file("boot/initrd.img-" + RT, TinyImage.initramfs().replace("nfs-bottom", "nfs-middle")));
    RootRequirements.check(cluster, Map.of("golden", FileTree.of(entries)), problems);

    assertThat(problems.all())
        .extracting(Problem::message)
        .singleElement()
        .asString()
        .contains("/boot/initrd.img-" + RT, "so root: overlay of stateless does not work");
  }

  @Test
  void theSelectedKernelIsChecked() throws IOException {
    Cluster cluster = withKernel("stateless", "*rt*");
    List<Entry> entries = new ArrayList<>(entries(PLAIN, RT));
    entries.set(2, file("boot/vmlinuz-" + RT, new String(TinyKernel.bzImage(RT), ISO_8859_1)));
    ImageKernels.check(cluster, Map.of("golden", FileTree.of(entries)), problems);

    assertThat(problems.all())
        .filteredOn(Problem::isError)
        .extracting(Problem::message)
        .singleElement()
        .asString()
        .startsWith("image golden (kernel: *rt*): its kernel is " + RT + ", but");
  }

  @Test
  void aCompressedArm64ImageIsServedDecompressed() throws IOException {
    byte[] kernel = TinyKernel.arm64(PLAIN, new byte[300_000]);
    FileTree tree =
        FileTree.of(
            Arrays.asList(
                file("boot/vmlinuz-" + PLAIN, new String(gzip(kernel), ISO_8859_1)),
                file("boot/initrd.img-" + PLAIN, "initrd")));
    BootFile served =
        BootFiles.of(Clusters.lab(), Map.of("golden", tree), Path.of("/none"), problems).get(0);

    assertThat(served.isUnpacked()).isTrue();
    assertThat(served.entry().content().size()).isEqualTo(kernel.length);
    for (int i = 0; i < 2; i++) {
      try (InputStream in = served.entry().content().open()) {
        assertThat(in.readAllBytes()).isEqualTo(kernel);
      }
    }
  }

  @Test
  void onlyCompressedArm64ImagesAreDecompressed() throws IOException {
    byte[] arm64 = TinyKernel.arm64(PLAIN, new byte[1000]);
    for (byte[] file :
        List.of(
            arm64,
            TinyKernel.zboot("gzip", gzip(arm64)),
            TinyKernel.bzImage(PLAIN, gzip(arm64)),
            gzip(TinyKernel.bzImage(PLAIN)),
            Arrays.copyOf(gzip(arm64), 20))) {
      assertThat(KernelImage.unpacked(new BytesContent(file))).isEmpty();
    }
    assertThat(KernelImage.unpacked(new BytesContent(gzip(arm64)))).isPresent();
  }

  @Test
  void aCompressedArm64ImageThatIsCutOffIsRejected() throws IOException {
    byte[] random = new byte[500_000];
    new java.util.Random(1).nextBytes(random);
    byte[] packed = gzip(TinyKernel.arm64(PLAIN, random));
    byte[] cut = Arrays.copyOf(packed, packed.length - 1000);

    assertThat(KernelImage.read("image golden", new BytesContent(cut), problems)).isEmpty();
    assertThat(problems.all())
        .extracting(Problem::message)
        .singleElement()
        .asString()
        .startsWith("image golden cannot be read as a kernel: ");
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(content);
    }
    return packed.toByteArray();
  }

  private static Cluster withKernel(String group, String kernel) {
    return Clusters.withGroups(
        Clusters.lab(), g -> g.name().equals(group) ? g.toBuilder().kernel(kernel).build() : g);
  }

  private List<String> bootFiles(Cluster cluster, FileTree tree) throws IOException {
    return BootFiles.of(cluster, Map.of("golden", tree), Path.of("/none"), problems).stream()
        .map(f -> f.name().raw() + " " + f.entry().path())
        .toList();
  }

  private static FileTree image(String... versions) {
    return FileTree.of(entries(versions));
  }

  private static List<Entry> entries(String... versions) {
    List<Entry> entries = new ArrayList<>();
    for (String version : versions) {
      entries.add(file("boot/vmlinuz-" + version, "kernel " + version));
      entries.add(file("boot/initrd.img-" + version, TinyImage.initramfs()));
    }
    return entries;
  }

  private static Entry file(String path, String text) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(0644, Instant.EPOCH),
        new BytesContent(text.getBytes(ISO_8859_1)),
        "golden");
  }
}
