package dev.diskless.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs what makes the root in the initramfs, in a mount namespace: with real overlays and tmpfs, a
 * bind mount for each NFS mount, and one for the squashfs.
 */
@RequiresRoot("mounting")
@RequiresProgram({"unshare", "dash"})
class InitramfsScriptTest {

  private static final String PREPARE =
      """
      mkdir -p bin root server/image/etc server/image/usr server/image/var server/image/root server/image/tmp
      mkdir -p server/groups/g/usr/local server/groups/g/etc server/nodes/n/etc server/ram
      for folder in etc var root tmp; do mkdir -p server/private/$folder; done
      echo image >server/image/etc/issue
      echo gone >server/image/usr/gone
      echo squashed >server/ram/image.squashfs
      echo tool >server/groups/g/usr/local/tool
      mknod server/groups/g/usr/gone c 0 0
      echo node >server/nodes/n/etc/hostname
      chown 7:8 server/nodes/n/etc/hostname
      echo own >server/private/etc/hostname
      cp /proc/meminfo meminfo

      # nfsmount -o nolock -o ro|rw -o vers=3,tcp SERVER:PATH DIRECTORY
      cat >bin/nfsmount <<'END'
      #!/bin/sh
      mount --bind "${7#*:}" "$8" && { [ "$4" = rw ] || mount -o remount,bind,ro "$8"; }
      END
      cat >bin/mount <<END
      #!/bin/sh
      case "\\$*" in
          *'-t squashfs'*) for there in "\\$@"; do :; done; set -- --bind $PWD/server/image "\\$there" ;;
      esac
      exec $(command -v mount) "\\$@"
      END
      printf '#!/bin/sh\\n[ "$1" != -f ] || echo /dev/loop0\\n' >bin/losetup
      printf '#!/bin/sh\\n[ ! -e no-$1 ]\\n' >bin/modprobe
      chmod +x bin/*
      printf 'panic() { echo "PANIC: $*"; exit 1; }\\n' >functions
      sed "s#/scripts/functions#$PWD/functions#; s#/proc/cmdline#$PWD/cmdline#; s#/proc/meminfo#$PWD/meminfo#; s#/run/diskless#$PWD/parts#" \\
          original >script
      """;

  @TempDir private Path folder;

  @BeforeEach
  void prepare() throws IOException {
    assumeTrue(
        Shell.run(folder, "unshare -m mount -t tmpfs none /mnt").exit() == 0,
        "Skipped: this machine does not allow mounting in a namespace.");
    try (InputStream in =
        getClass().getResourceAsStream("/dev/diskless/initramfs/scripts/nfs-bottom/diskless")) {
      Files.copy(in, folder.resolve("original"));
    }
    Shell.Result prepared = Shell.run(folder, "set -e\n" + PREPARE);
    assertThat(prepared.exit()).as(prepared.output()).isZero();
  }

  /**
   * Runs it as initramfs-tools does after it has mounted what nfsroot= names, and then commands.
   */
  private String run(String nfsroot, String arguments, String then) throws IOException {
    Files.writeString(
        folder.resolve("cmdline"),
        "root=/dev/nfs nfsroot=10.0.0.1:%1$s/server/%2$s,vers=3,tcp,ro ro %3$s diskless.layers=%1$s/server/nodes/n:%1$s/server/groups/g diskless.private=%1$s/server/private\n"
            .formatted(folder, nfsroot, arguments));
    Files.writeString(
        folder.resolve("all"),
        """
        export PATH=$PWD/bin:$PATH rootmnt=$PWD/root
        mount --bind server/%s root && mount -o remount,bind,ro root
        sh script || exit
        %s
        """
            .formatted(nfsroot, then));
    return Shell.run(folder, "unshare -m dash all").output();
  }

  private static final String SEES =
      "cat root/etc/issue root/etc/hostname root/usr/local/tool; stat -c %u:%g root/etc/hostname;"
          + " ls root/usr; ";

  @Test
  void anOverlayTakesWritesAndTheImageNone() throws IOException {
    assertThat(
            run(
                "image",
                "diskless.root=overlay",
                SEES + "echo w >root/usr/w && cat parts/memory/upper/usr/w"))
        .endsWith("image\nnode\ntool\n7:8\nlocal\nw\n");
    assertThat(folder.resolve("server/image/usr/w")).doesNotExist();
  }

  @Test
  void aSharedRootTakesWritesInFourFolders() throws IOException {
    assertThat(
            run(
                "image",
                "diskless.root=shared",
                "cat root/etc/hostname root/usr/local/tool; ls root root/usr;"
                    + " for f in etc var root tmp; do echo w >root/$f/w; done;"
                    + " mount -o remount,rw root; touch root/usr/w root/w; ls parts/private"))
        .contains("own\ntool\nroot:\netc\nroot\ntmp\nusr\nvar\n\nroot/usr:\nlocal\n")
        .contains("touch: cannot touch 'root/usr/w': Read-only file system")
        .contains("touch: cannot touch 'root/w': Read-only file system");
    assertThat(Shell.run(folder.resolve("server"), "find . -name w | sort").output())
        .isEqualTo("./private/etc/w\n./private/root/w\n./private/tmp/w\n./private/var/w\n");
  }

  @Test
  void aRootInMemoryLeavesNothingMounted() throws IOException {
    assertThat(
            run(
                "ram",
                "diskless.root=ram",
                SEES
                    + "cat parts/copies/image.squashfs; echo w >root/usr/w; touch parts/copies/w;"
                    + " grep -c /server/ /proc/self/mountinfo"))
        .contains("copying 0 MB into memory")
        .contains("image\nnode\ntool\n7:8\nlocal\nsquashed\n")
        .contains("'parts/copies/w': Read-only file system")
        // The one that stands for the squashfs.
        .endsWith("\n1\n");
    assertThat(folder.resolve("server/image/usr/w")).doesNotExist();
  }

  @Test
  void tooLittleMemoryIsToldBeforeItRunsOut() throws IOException {
    Files.writeString(folder.resolve("meminfo"), "MemTotal: 9 kB\nMemAvailable:   102400 kB\n");
    Shell.run(folder, "truncate -s 50M server/ram/image.squashfs");

    assertThat(run("ram", "diskless.root=ram", "echo went on"))
        .isEqualTo(
            "PANIC: diskless: the image takes 50 MB of memory and 100 MB are free; this node needs"
                + " more memory, or a smaller image\n");
  }

  @Test
  void whatItDoesNotKnowOrHasNotIsTold() throws IOException {
    assertThat(run("image", "diskless.root=floppy", "echo went on"))
        .isEqualTo(
            "PANIC: diskless: this initramfs knows no diskless.root=floppy; make it anew with the"
                + " files of that release\n");
    Files.createFile(folder.resolve("no-loop"));
    assertThat(run("ram", "diskless.root=ram", "echo went on"))
        .startsWith("PANIC: diskless: the initramfs has no module loop");
  }

  @Test
  void aCompleteTreeIsLeftAsItIs() throws IOException {
    assertThat(run("image", "quiet", "cat root/etc/issue; ls parts")).startsWith("image\n");
  }
}
