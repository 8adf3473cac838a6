package dev.diskless.boot;

import static dev.diskless.boot.DebianKernel.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.model.RootMode;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Content;
import dev.diskless.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel as Debian ships it, and what file(1) and the kernel's own scripts say. */
class DebianKernelTest {

  @TempDir private Path folder;
  private final Problems problems = new Problems();

  private static KernelConfiguration configuration() throws IOException {
    try (InputStream in = Files.newInputStream(DebianKernel.configuration())) {
      return KernelConfiguration.read(in);
    }
  }

  @Test
  void itSaysWhatItIs() throws IOException {
    Content kernel = content(DebianKernel.kernel());
    KernelImage image = KernelImage.read("k", kernel, problems).orElseThrow();

    assertThat(image.release()).isEqualTo(DebianKernel.release());
    assertThat(image.header().orElseThrow().protocol()).isGreaterThanOrEqualTo(0x020F);
    assertThat(image.commandLineSize()).isEqualTo(2047);
    assertThat(image.payload().compression()).isNotEqualTo(KernelCompression.NONE);
    assertThat(image.hasEfiStub()).isTrue();
    // Debian builds it without IKCONFIG; all of it was unpacked to find that out.
    assertThat(image.embeddedConfiguration(kernel)).isEmpty();
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void itNeedsAnInitramfs() throws IOException {
    KernelConfiguration configuration = configuration();

    assertThat(KernelNeeds.withoutInitramfs(configuration, List.of()))
        .extracting(KernelNeed::toString)
        .contains("IP_PNP (not set)", "IP_PNP_DHCP (not set)", "ROOT_NFS (not set)")
        .contains("NFS_FS (only a module)", "NFS_V3 (only a module)", "DEVTMPFS_MOUNT (not set)")
        .doesNotContain("NET (not set)", "INET (not set)");
    for (RootMode mode : RootMode.values()) {
      assertThat(KernelNeeds.withInitramfs(configuration, mode)).isEmpty();
    }
  }

  @Test
  void itsModulesFit() throws IOException {
    KernelModules.check("t", DebianKernel.tree(DebianKernel.release()), release(), problems);

    assertThat(problems.all()).isEmpty();
  }

  private static String release() throws IOException {
    return DebianKernel.release();
  }

  @Test
  void modulesOfAnotherReleaseAreRefused() throws IOException {
    FileTree tree = DebianKernel.tree("6.6.6");
    KernelModules.check("t", tree, release(), problems);
    KernelModules.check("t", tree, "6.6.6", problems);

    assertThat(problems.all())
        .extracting(Problem::toString)
        .satisfiesExactly(
            missing ->
                assertThat(missing)
                    .contains("(folder /lib/modules/" + release(), "it has modules for 6.6.6"),
            other -> assertThat(other).contains("its kernel is 6.6.6", "built for " + release()));
  }

  @RequiresProgram("file")
  @Test
  void fileSeesWhatWasPatched() throws IOException {
    Path kernel = DebianKernel.kernel();
    byte[] before = Files.readAllBytes(kernel);
    Path copy = folder.resolve("new/vmlinuz");

    KernelPatch.of("/dev/nfs", "rw").write(kernel, copy);

    assertThat(Shell.run(folder, "file " + kernel).output()).contains("RO-rootFS");
    assertThat(Shell.run(folder, "file " + copy).output())
        .contains("RW-rootFS, root_dev 0XFF,")
        .contains("version " + release());
    byte[] after = Files.readAllBytes(copy);
    assertThat(Files.readAllBytes(kernel)).isEqualTo(before);
    before[498] = 0;
    before[499] = 0;
    before[508] = (byte) 0xFF;
    before[509] = 0;
    assertThat(after).isEqualTo(before);
  }

  @Test
  void theKernelItselfIsNeverOverwritten() throws IOException {
    Path kernel = folder.resolve("vmlinuz");
    Files.write(kernel, new byte[1024]);
    Files.createSymbolicLink(folder.resolve("other"), kernel);

    for (String copy : List.of("vmlinuz", "other", "./vmlinuz")) {
      assertThatThrownBy(() -> KernelPatch.of("/dev/nfs", "").write(kernel, folder.resolve(copy)))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("would be overwritten");
    }
    assertThat(kernel).hasBinaryContent(new byte[1024]);
  }

  @Test
  void fieldsAreWrittenAsPeopleKnowThem() {
    assertThat(KernelPatch.of("/dev/nfs", "ro"))
        .isEqualTo(new KernelPatch(Optional.of(0xFF), Optional.of(1)));
    assertThat(KernelPatch.of("8:1", "0").rootDevice()).contains(0x0801);
    assertThat(KernelPatch.of("0x0802", null).rootDevice()).contains(0x0802);
    assertThat(KernelPatch.of(null, " ").isEmpty()).isTrue();
    for (String device : List.of("/dev/sda1", "300:1", "8:", "-1", "0x10000", "8:1:1")) {
      assertThatThrownBy(() -> KernelPatch.of(device, null))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("is not a valid device number");
    }
    assertThatThrownBy(() -> KernelPatch.of(null, "rwx")).isInstanceOf(ProblemException.class);
  }

  /** Where src/kernel/build.sh has all of it, or else where src/test.sh has what is read here. */
  private static Path kernelSource() {
    Path cache = Path.of(System.getProperty("user.home"), ".cache", "diskless");
    Path built =
        Optional.ofNullable(System.getenv("DISKLESS_KERNEL_WORK"))
            .map(Path::of)
            .orElse(cache.resolve("kernel"))
            .resolve("linux-source-6.1");
    return Files.exists(built)
        ? built
        : cache.resolve("test-kernel-source").resolve("linux-source-6.1");
  }

  /**
   * Kconfig drops in silence what has a dependency that is not met; the fragment names them all.
   */
  @RequiresProgram({"make", "cc", "flex", "bison"})
  @Test
  void theKernelsOwnScriptTakesTheFragmentWhole() throws IOException {
    Path source = kernelSource();
    Path configuration = DebianKernel.configuration();
    assumeTrue(
        Files.isExecutable(source.resolve("scripts/kconfig/merge_config.sh")),
        "no kernel source at " + source + ": src/test.sh puts it there");
    List<KernelNeed> needs = KernelNeeds.withoutInitramfs(configuration(), NetworkDriver.all());
    assertThat(needs).hasSizeGreaterThan(20);
    Files.writeString(folder.resolve("fragment"), KernelNeeds.fragment("Test", needs));

    // Without -m the script looks for each of Debian's 8,000 options by itself when all is done.
    Shell.Result merge =
        Shell.run(
            source,
            "ARCH=x86_64 scripts/kconfig/merge_config.sh -m -O %1$s %2$s %1$s/fragment && make -s ARCH=x86_64 O=%1$s olddefconfig"
                .formatted(folder, configuration));

    assertThat(merge.exit()).as(merge.output()).isZero();
    KernelConfiguration merged;
    try (InputStream in = Files.newInputStream(folder.resolve(".config"))) {
      merged = KernelConfiguration.read(in);
    }
    assertThat(KernelNeeds.withoutInitramfs(merged, NetworkDriver.all())).isEmpty();
  }
}
