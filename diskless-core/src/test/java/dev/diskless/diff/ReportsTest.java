package dev.diskless.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import dev.diskless.tree.Xattrs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is printed and written for one of everything, compared with the files beside this class.
 * {@code -Dgolden.update=true} writes them instead.
 */
class ReportsTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "dev", "diskless", "diff");

  @TempDir private static Path folder;
  private static Difference difference;

  @BeforeAll
  static void compare() throws IOException {
    Version one = new Version("1.0");
    Version two = new Version("2.0");
    one.descriptor("node[001-098]", "node[001-099]");
    two.descriptor("complete: { image: golden, root: full", "complete: { image: golden, root: ram")
        .descriptor("compute: { image", "compute: { kernelArgs: [quiet], image")
        .descriptor(
            "nodes:\n",
            "nodes:\n  - { name: new, mac: \"52:54:00:00:03:00\", address: 10.1.3.1, group: compute }\n")
        .packages("base-files\t12.3\tall", "libc6\t2.36-10\tamd64", "htop\t3.2\tamd64");
    two.image(Version.file("etc/motd", 0644, "Debian\nWelcome.\u001b[31m\n"))
        .image(Version.file("etc/shadow", 0640, "root:$6$abc:\n"))
        .image(Version.file("usr/bin/hello", 0755, "\0hello, world"))
        .image(
            Version.file(
                "usr/bin/hello2",
                Version.capable(1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                "\0twice"))
        .image(Version.file("usr/bin/htop", 0755, "\0htop"))
        .imageWithout("boot/vmlinuz-6.1")
        .imageWithout("boot/initrd.img-6.1")
        .image(Version.file("boot/vmlinuz-6.2", 0644, "kernel 6.2"))
        .image(Version.file("boot/initrd.img-6.2", 0600, "initrd 6.2"));
    two.own("groups/compute").add(Version.file("etc/app.conf", 0644, "threads = 4\n```\n"));
    two.own("nodes/node007")
        .add(Version.file("etc/motd", 0644, "Only here, on node007.\n"))
        .add(
            Version.file(
                "srv/scratch",
                new Metadata(01777, 1000, 100, Version.TIME, Xattrs.NONE),
                "not a text\0"));
    for (Version each : new Version[] {one, two}) {
      String size = each == one ? "10" : "20";
      for (int node = 1; node <= 90; node++) {
        String name = "node%03d".formatted(node);
        each.own("nodes/" + name)
            .add(Version.file("etc/limits", 0644, "host " + name + "\nsize " + size + "\n"));
      }
    }
    two.own("nodes/node008").delete(TreePath.of("etc/limits"));
    difference = Comparison.of(one.side(folder), two.side(folder));
  }

  @Test
  void text() throws IOException {
    check("diff.txt", String.join("\n", TextReport.of(difference, 12, "diff.json")) + "\n");
  }

  @Test
  void json() throws IOException {
    check("diff.json", JsonReport.of(difference));
  }

  @Test
  void markdown() throws IOException {
    check("diff.md", MarkdownReport.of(difference, 12));
  }

  private static void check(String name, String report) throws IOException {
    Path golden = GOLDEN.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(golden.getParent());
      Files.writeString(golden, report);
    }
    assertThat(report).isEqualTo(Files.readString(golden).replace("\r\n", "\n"));
  }
}
