package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.host.Progress;
import dev.diskless.model.Cluster;
import dev.diskless.model.Keeping;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bundles that were made to have the script write, remove or read elsewhere on the master. Each is
 * a sound one, unpacked, changed, and packed again with a manifest that tells what is in it. Beside
 * the release lies what they reach for.
 */
@RequiresRoot("restoring owners")
class HostileBundleTest {

  /**
   * Shell functions for a bundle that is unpacked in the current folder; $elsewhere is absolute.
   */
  private static final String CHANGING =
      """
      set -eu
      meta=META-INF/diskless
      says() { printf '%s\\n' "$1" >>$meta/manifest; }
      unsay() { grep -vF "./$1 " $meta/manifest >$meta/manifest.new; mv $meta/manifest.new $meta/manifest; }
      unsay_below() { grep -v -e "^\\./$1[/ ]" $meta/manifest >$meta/manifest.new; mv $meta/manifest.new $meta/manifest; }
      file() { # PATH [MODE]
          unsay "$1"; mkdir -p "$(dirname "$1")"; echo hostile >"$1"; chmod "${2:-644}" "$1"; touch -d @1767225600 "$1"
          says "./$1 type=file mode=0${2:-644} uid=0 gid=0 time=1767225600.000000000 size=8 sha256digest=$(sha256sum <"$1" | cut -c 1-64)"
      }
      link() { # PATH TARGET
          unsay_below "$1"; rm -rf "$1"; mkdir -p "$(dirname "$1")"; ln -s "$2" "$1"
          says "./$1 type=link mode=0777 uid=0 gid=0 time=1767225600.000000000 link=$2"
      }
      text() { # PATH: standard input is added to a list
          cat >>"$1"; touch -d @1767225600 "$1"; unsay "$1"
          says "./$1 type=file mode=0644 uid=0 gid=0 time=1767225600.000000000 size=$(stat -c %s "$1") sha256digest=$(sha256sum <"$1" | cut -c 1-64)"
      }
      """;

  /** A master with one release and, unpacked, a bundle of the next; each test has a copy. */
  @TempDir private static Path prepared;

  private static String before;
  private static String untouched;

  @TempDir private Path folder;
  private Path root;

  @BeforeAll
  static void installTheOldRelease() throws IOException {
    Shell.check(
        prepared,
        "mkdir -p root elsewhere/etc && echo mine >elsewhere/file && echo mine >elsewhere/etc/file && chmod 700 elsewhere/etc");
    Cluster cluster =
        KeptTest.keeping(
            Clusters.labWithEveryRoot(), new Keeping(List.of("/var/lib/app"), List.of()));
    List<Entry> image =
        List.of(
            Versions.file("usr/sbin/sshd", 0755, "sshd"),
            Versions.directory("var/lib/app", 0700, 9),
            Versions.file("opt/file", 0644, "of the image"));
    Versions.script(Versions.write(prepared, "1.0", cluster, image));
    Shell.check(prepared, "python3 install --destdir root 1.0.tar.zst");
    Versions.script(Versions.write(prepared, "2.0", cluster, image));
    Shell.check(prepared, "mkdir h && zstd -dcq 2.0.tar.zst | tar -C h -xp --numeric-owner");
    before = Versions.snapshot(prepared.resolve("root"));
    untouched = Versions.snapshot(prepared.resolve("elsewhere"));
  }

  @BeforeEach
  void copy() throws IOException {
    Shell.check(folder, "cp -a '" + prepared + "/.' .");
    root = folder.resolve("root");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = " ==> ",
      quoteCharacter = '"',
      value = {
        "a path of the manifest with .. ==> says './images/../../x type=file mode=0644 uid=0 gid=0 time=1.0 size=0' ==> not a path of a release",
        "a tree that is in the bundle already ==> mkdir 192.168.45.45; ln -s $elsewhere 192.168.45.45/usr; says './192.168.45.45/usr type=link mode=0777 uid=0 gid=0 time=1.0 link=/' ==> not a part of a release",
        "a node by a path ==> printf '../../x\\t192.168.45.9\\tfull\\tgolden\\t$group\\n' >>$meta/trees; text $meta/trees </dev/null ==> not a node: ../../x",
        "an address by a path ==> printf 'n9\\t../../../x\\tfull\\tgolden\\t$group\\n' >>$meta/trees; text $meta/trees </dev/null ==> not a node: n9",
        "an image by a path ==> printf 'n9\\t192.168.45.9\\tfull\\t../../../x\\t$group\\n' >>$meta/trees; text $meta/trees </dev/null ==> not a node: n9",
        "a kind of root that there is none of ==> printf 'n9\\t192.168.45.9\\tother\\tgolden\\t$group\\n' >>$meta/trees; text $meta/trees </dev/null ==> not a node: n9",
        "state by a path with .. ==> printf 'state\\tfull\\t/../../../x\\n' | text $meta/kept ==> not an entry of what is kept",
        "state by a relative path ==> printf 'state\\tfull\\tx\\n' | text $meta/kept ==> not an entry of what is kept",
        "a secret by a path with .. ==> printf 'secret\\t$group\\tnode\\trandom\\t0\\t0\\t0600\\t/../../x\\n' | text $meta/kept ==> not an entry of what is kept",
        "a secret with an option for an owner ==> printf 'secret\\t$group\\tnode\\trandom\\t-R\\t0\\t0600\\t/etc/x\\n' | text $meta/kept ==> not an entry of what is kept",
        "a deletion with .. ==> printf 'groups/$group\\twhiteout\\t../../../../elsewhere/file\\n' | text $meta/deleted ==> not a deletion of a layer",
        "a deletion of an absolute path ==> printf 'groups/$group\\twhiteout\\t/elsewhere/file\\n' | text $meta/deleted ==> not a deletion of a layer",
        "a deletion in what is no layer ==> printf 'images/..\\twhiteout\\tfile\\n' | text $meta/deleted ==> not a deletion of a layer",
        "a deletion through a link of the image ==> link images/golden/opt $elsewhere; printf 'groups/%s\\twhiteout\\topt/file\\n' $group | text $meta/deleted ==> a symbolic link leads to a path of groups/",
        "a deletion through a relative link ==> link images/golden/opt ../../../../../../../../elsewhere; printf 'groups/%s\\twhiteout\\topt/file\\n' $group | text $meta/deleted ==> a symbolic link leads to a path of groups/",
        "a deletion of a node through a link of its group ==> link groups/$group/opt $elsewhere; printf 'nodes/%s\\twhiteout\\topt/file\\n' $node | text $meta/deleted ==> a symbolic link leads to a path of nodes/",
        "a file of a group through a link of the image ==> link images/golden/opt $elsewhere; file groups/$group/opt/file ==> a symbolic link leads to a path of groups/",
        "state through a link of the image ==> link images/golden/var $elsewhere ==> a symbolic link leads to a path of nodes/",
        "state that is a link itself ==> link images/golden/var/lib/app $elsewhere ==> a symbolic link leads to a path of nodes/",
        "host keys through a link of the node ==> link nodes/$node/etc/ssh $elsewhere ==> a symbolic link leads to a path of nodes/",
        "the key of members through a link of its group ==> link groups/$group/etc/ssh $elsewhere; printf 'nodes/%s\\twhiteout\\tetc/ssh\\n' $node | text $meta/deleted ==> a symbolic link leads to a path of groups/",
        "the key of members of what is no group ==> printf 'members-key\\t../../x\\n' | text $meta/kept ==> not an entry of what is kept",
        "a master that is none ==> printf 'master\\t-x\\t1.2.3.4\\n' | text $meta/kept ==> not an entry of what is kept",
        "a link in what TFTP serves ==> link boot/shadow /etc/shadow ==> a link among files",
        "a device in what TFTP serves ==> mknod boot/disk b 8 0; says './boot/disk type=block mode=0644 uid=0 gid=0 time=1.0 device=native,8,0' ==> a block among files",
        "a file of the host with a line feed ==> file \"$(printf 'master/etc/a\\n/../../elsewhere/file')\"; unsay_below 'master/etc/a'; says './master/etc/a\\012/\\056\\056/\\056\\056/elsewhere/file type=file mode=0644 uid=0 gid=0 time=1.0 size=8' ==> the manifest is damaged",
        "a set-uid file of the host ==> file master/usr/local/bin/tool 4755 ==> set-uid",
        "a file of the host in a release ==> file master/srv/diskless/lab/releases/1.0/images/golden/etc/issue ==> a file of diskless itself",
        "a file of the host in the active release ==> file master/tftpboot/images/golden/etc/issue ==> a file of diskless itself",
        "a name with a line feed for an image ==> file \"$(printf 'images/a\\nb/file')\"; says './images/a\\012b/file type=file mode=0644 uid=0 gid=0 time=1.0 size=8' ==> the manifest is damaged"
      })
  void aBundleThatLeadsElsewhereIsRefusedBeforeItIsUnpacked(
      String way, String change, String message) throws IOException {
    change(change);
    Shell.check(
        folder,
        "cd h && tar --numeric-owner -cf ../h.tar -- * && cd .. && zstd -q h.tar -o h.tar.zst");

    refuses(message);
  }

  /** What tar itself does not take, whatever the manifest says. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = " ==> ",
      quoteCharacter = '"',
      value = {
        "a name with .. ==> tar -P --transform 's,^x$,../../../../../../elsewhere/file,' -rf h.tar x",
        "an absolute name ==> tar -P --transform \"s,^x$,$elsewhere/file,\" -rf h.tar x",
        "a file through a link before it ==> ln -s $elsewhere link; tar -P --transform 's,^link$,images/golden/l,' -rf h.tar link; tar --transform 's,^x$,images/golden/l/file,' -rf h.tar x",
        "a hard link to elsewhere ==> ln x y; tar -P --transform \"s,^x$,$elsewhere/file,;s,^y$,images/golden/y,\" -rf h.tar x y",
        "a file that no manifest names ==> tar --transform 's,^x$,images/golden/etc/x,' -rf h.tar x",
        "the folder of the lists as a link ==> rm -rf m; ln -s $elsewhere m; tar -P --transform 's,^m$,META-INF,' -rf h.tar m"
      })
  void aBundleThatLeadsElsewhereIsRefusedAsItIsUnpacked(String way, String add) throws IOException {
    Shell.check(folder, "cd h && tar --numeric-owner -cf ../h.tar -- *");
    Shell.check(
        folder,
        "elsewhere=$PWD/elsewhere; echo hostile >x; " + add + " && zstd -q h.tar -o h.tar.zst");

    refuses("");

    // A sound one goes on as if nothing had been.
    Shell.check(folder, "python3 install --destdir root 2.0.tar.zst");
  }

  @Test
  void aSecretIsLaidInPlaceOfALinkAndNotThroughIt() throws IOException {
    change("mkdir -p nodes/$node/etc/ssh");
    change(
        "says \"./nodes/$node/etc/ssh type=dir mode=0755 uid=0 gid=0 time=1767225600.000000000\"; touch -d @1767225600 nodes/$node/etc/ssh; link nodes/$node/etc/ssh/ssh_host_ed25519_key $elsewhere/file");
    Shell.check(
        folder,
        "cd h && tar --numeric-owner -cf ../h.tar -- * && cd .. && zstd -q h.tar -o h.tar.zst");
    install();

    assertThat(Versions.snapshot(folder.resolve("elsewhere"))).isEqualTo(untouched);
  }

  @Test
  void versionsAreNoPaths() throws IOException {
    for (String option : List.of("--switch", "--rollback", "--remove")) {
      for (String version : List.of("../../../../elsewhere", ".1.0.partial", "1.0/master")) {
        Shell.Result result =
            Shell.run(folder, "python3 install --destdir root %s %s".formatted(option, version));

        assertThat(result.exit()).isNotZero();
        assertThat(result.output()).contains("\"%s\" is not a valid version".formatted(version));
      }
    }
    assertThat(Versions.snapshot(root)).isEqualTo(before);
  }

  /** The goals take names of it, and run their own. */
  @Test
  void theScriptOfABundleIsNotWhatTheGoalsRun() throws IOException {
    change(
        "sed -i \"2i : >$elsewhere/hostile\" $meta/install; touch -d @1767225600 $meta/install; text $meta/install </dev/null");
    Shell.check(
        folder,
        "cd h && sed -i 's/mode=0644\\(.*install\\)/mode=0755\\1/' META-INF/diskless/manifest");
    Shell.check(
        folder,
        "cd h && tar --numeric-owner -cf ../h.tar META-INF $(ls | grep -v META-INF) && cd .. && zstd -q h.tar -o h.tar.zst");

    assertThat(BundleHead.read(folder.resolve("h.tar.zst")).script())
        .isEqualTo(BundleHead.read(folder.resolve("2.0.tar.zst")).script());
  }

  @Test
  void noNameOfABundleEndsTheQuotesOfAProgram() throws IOException {
    for (String name : List.of("cluster", "version", "release")) {
      change(
          "sed -i \"s|\\\"%s\\\" : \\\".*\\\"|\\\"%s\\\" : \\\"x'; open('$elsewhere/hostile', 'w'); '\\\"|\" $meta/bundle.json; text $meta/bundle.json </dev/null"
              .formatted(name, name));
      Shell.check(folder, "grep -q hostile h/META-INF/diskless/bundle.json");
      Shell.check(
          folder,
          "rm -f h.tar.zst; cd h && tar --numeric-owner -cf ../h.tar META-INF $(ls | grep -v META-INF) && cd .. && zstd -q h.tar -o h.tar.zst");

      assertThatThrownBy(
              () ->
                  Activation.plan(
                      new ActivationRequest(folder.resolve("h.tar.zst"), root, false, false, false),
                      Progress.SILENT))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("is not a bundle, or is damaged");
      assertThat(install().output()).contains("bundle.json has no valid " + name);
      assertThat(Versions.snapshot(folder.resolve("elsewhere"))).isEqualTo(untouched);
      Shell.check(folder, "cp -a '%s/h/META-INF/.' h/META-INF".formatted(prepared));
    }
  }

  private void change(String command) throws IOException {
    Files.writeString(
        folder.resolve("change.sh"),
        CHANGING
            + "elsewhere=%s\nnode=$(cut -f 1 $meta/trees | head -n 1)\ngroup=$(cut -f 5 $meta/trees | head -n 1)\n"
                .formatted(folder.resolve("elsewhere"))
            + command
            + "\n");
    Shell.check(folder, "cd h && sh ../change.sh");
  }

  private void refuses(String message) throws IOException {
    Shell.Result result = install();

    assertThat(result.output()).contains(message);
    assertThat(result.exit()).as(result.output()).isNotZero();
    assertThat(Versions.snapshot(folder.resolve("elsewhere"))).isEqualTo(untouched);
    assertThat(Versions.snapshot(root)).isEqualTo(before);
  }

  private Shell.Result install() throws IOException {
    return Shell.run(folder, "python3 install --destdir root h.tar.zst");
  }
}
