package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes of releases, on file systems of loop devices. */
class ReleaseSizesTest {

  private static final long MIB = 1 << 20;

  /** Directories and their blocks, on any file system. */
  private static final long SLACK = 256 << 10;

  @TempDir private Path folder;

  @RequiresRoot("mounting")
  @ParameterizedTest
  @ValueSource(strings = {"xfs", "btrfs"})
  void whatIsSharedByReflinkIsForNobodyAlone(String type) throws IOException {
    Shell.assumeInstalled("mkfs." + type);
    Path mounted = Files.createDirectory(folder.resolve("root"));
    Shell.Result made =
        Shell.run(
            folder,
            "truncate -s 512M disk && PATH=$PATH:/usr/sbin:/sbin mkfs.%s disk >/dev/null && mount -o loop disk root"
                .formatted(type));
    assumeTrue(
        made.exit() == 0, "NOT TESTED: no loop device with " + type + " here: " + made.output());
    try {
      // 4 MiB for both, 2 MiB that two files of 1.0 have, 1 MiB over the middle of what was shared.
      Shell.Result filled =
          Shell.run(
              mounted,
              """
              set -e
              for v in 1.0 2.0; do
                  mkdir -p srv/diskless/lab/releases/$v/META-INF/diskless
                  echo x >srv/diskless/lab/releases/$v/META-INF/diskless/manifest
              done
              cd srv/diskless/lab/releases
              head -c 4194304 /dev/urandom >1.0/both
              cp --reflink=always 1.0/both 2.0/both
              head -c 2097152 /dev/urandom >1.0/one
              cp --reflink=always 1.0/one 1.0/again
              cp --reflink=always 1.0/both 2.0/changed
              dd if=/dev/urandom of=2.0/changed bs=1M count=1 seek=1 conv=notrunc 2>/dev/null
              ln 1.0/META-INF/diskless/manifest 2.0/linked
              sync -f .
              """);
      assertThat(filled.exit()).as(filled.output()).isZero();

      Map<String, ReleaseSize> sizes =
          ReleaseSizes.of(new MasterHost(mounted, MasterHost.DIRECTORY, "lab"));

      assertThat(sizes.get("1.0").bytes()).isBetween(6 * MIB, 6 * MIB + SLACK);
      assertThat(sizes.get("1.0").alone()).isBetween(2 * MIB, 2 * MIB + SLACK);
      assertThat(sizes.get("2.0").bytes()).isBetween(5 * MIB, 5 * MIB + SLACK);
      assertThat(sizes.get("2.0").alone()).isBetween(MIB, MIB + SLACK);
    } finally {
      Shell.run(folder, "umount root");
    }
  }

  @Test
  void noReleaseHasNoSize() throws IOException {
    assertThat(ReleaseSizes.of(new MasterHost(folder, "/none", "lab"))).isEmpty();
  }
}
