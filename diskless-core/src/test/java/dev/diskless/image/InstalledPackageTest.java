package dev.diskless.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstalledPackageTest {

  private static Entry file(String path, String text) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(0644, Instant.EPOCH),
        new BytesContent(text.getBytes(UTF_8)),
        "image x");
  }

  @Test
  void readsWhatDpkgHasAsInstalled() throws IOException {
    String status =
        """
        Package: zlib1g
        Status: install ok installed
        Priority: required
        Architecture: amd64
        Multi-Arch: same
        Version: 1:1.2.13.dfsg-1
        Description: compression library - runtime
         Version: of no package
         .
         More.

        Package: removed
        Status: deinstall ok config-files
        Architecture: amd64
        Version: 1

        Package: half
        Status: install reinstreq half-installed
        Architecture: amd64
        Version: 1

        Package: adduser
        Status: hold ok installed
        Architecture: all
        Version: 3.134""";

    assertThat(InstalledPackage.in(FileTree.of(List.of(file("var/lib/dpkg/status", status)))))
        .containsExactly(
            new InstalledPackage("adduser", "3.134", "all"),
            new InstalledPackage("zlib1g", "1:1.2.13.dfsg-1", "amd64"));
  }

  @Test
  void readsOneFileAPackage() throws IOException {
    assertThat(
            InstalledPackage.in(
                FileTree.of(
                    List.of(
                        file(
                            "var/lib/dpkg/status.d/base",
                            "Package: base-files\nVersion: 12.4\nArchitecture: amd64\n"),
                        file("var/lib/dpkg/status.d/base.md5sums", "0123  etc/x\n")))))
        .containsExactly(new InstalledPackage("base-files", "12.4", "amd64"));
  }

  @Test
  void findsNoneWithoutADatabase() throws IOException {
    assertThat(InstalledPackage.in(FileTree.of(List.of(file("etc/hosts", ""))))).isEmpty();
  }
}
