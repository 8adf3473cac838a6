package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.it.TinyKernel;
import dev.diskless.model.RootMode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelNeedsTest {

  @Test
  void theCompressionOfTheImageInMemoryIsOneOfThem() throws IOException {
    String all = TinyKernel.configuration();
    String withoutZstd = all.replace("CONFIG_SQUASHFS_ZSTD=y", "# CONFIG_SQUASHFS_ZSTD is not set");

    assertThat(needs(all, RootMode.RAM)).isEmpty();
    assertThat(needs(withoutZstd, RootMode.RAM)).containsExactly("SQUASHFS_ZSTD (not set)");
    assertThat(needs(withoutZstd, RootMode.OVERLAY)).isEmpty();
  }

  @Test
  void everyRootOfLayersNeedsOverlayfs() throws IOException {
    String without = TinyKernel.configuration().replace("CONFIG_OVERLAY_FS=m\n", "");

    assertThat(needs(without, RootMode.FULL)).isEmpty();
    for (RootMode mode : List.of(RootMode.SHARED, RootMode.OVERLAY, RootMode.RAM)) {
      assertThat(needs(without, mode)).as(mode.keyword()).containsExactly("OVERLAY_FS (not set)");
    }
  }

  private static List<String> needs(String configuration, RootMode mode) throws IOException {
    return KernelNeeds.withInitramfs(
            KernelConfiguration.read(new ByteArrayInputStream(configuration.getBytes(UTF_8))), mode)
        .stream()
        .map(KernelNeed::toString)
        .toList();
  }
}
