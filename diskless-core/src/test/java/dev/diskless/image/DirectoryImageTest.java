package dev.diskless.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.model.Image;
import dev.diskless.model.ImageSource;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Content.Extent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Entry.Device;
import dev.diskless.tree.Entry.Type;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreeListing;
import dev.diskless.tree.TreePath;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryImageTest {

  private static final Instant TIMESTAMP = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path temp;
  private Path top;
  private final Problems problems = new Problems();
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void makeSmallRoot() throws IOException {
    top = temp.resolve("golden");
    write("etc/hosts", "127.0.0.1 localhost\n");
    Files.createDirectories(top.resolve("usr/bin"));
  }

  private Path write(String path, String text) throws IOException {
    Path file = top.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private ImageStore store() {
    return new ImageStore(
        temp.resolve("cache"), temp, artifact -> temp, DebianOptions.DEFAULT, TIMESTAMP, said::add);
  }

  private Image image(String... exclude) {
    return new Image("golden", new ImageSource.Directory("golden", List.of(exclude)));
  }

  private FileTree read(String... exclude) throws IOException {
    return store().prepare(image(exclude), problems).tree();
  }

  private static Entry get(FileTree tree, String path) {
    return tree.get(TreePath.of(path)).orElseThrow(() -> new AssertionError("no " + path));
  }

  private static boolean has(FileTree tree, String path) {
    return tree.get(TreePath.of(path)).isPresent();
  }

  private static String text(Entry entry) throws IOException {
    try (InputStream in = entry.content().open()) {
      return new String(in.readAllBytes());
    }
  }

  @RequiresProgram("sh")
  @Test
  void keepsModeTimeAndContent() throws Exception {
    Path sudo = write("usr/bin/sudo", "program");
    Instant time = Instant.parse("2020-02-03T04:05:06.123456789Z");
    Shell.sh("chmod 4755 \"$1\"", sudo);
    Files.setLastModifiedTime(sudo, FileTime.from(time));

    Entry entry = get(read(), "usr/bin/sudo");

    assertThat(entry.metadata().mode()).isEqualTo(04755);
    assertThat(entry.metadata().mtime()).isEqualTo(time);
    assertThat(entry.layer()).isEqualTo("image golden");
    assertThat(text(entry)).isEqualTo("program");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void keepsLinksAndNeverFollowsThem() throws Exception {
    Files.createSymbolicLink(top.resolve("bin"), Path.of("usr/bin"));
    Files.createSymbolicLink(top.resolve("etc/mtab"), Path.of("../proc/self/mounts"));
    Files.createSymbolicLink(top.resolve("outside"), temp);
    Path one = write("usr/bin/perl", "perl");
    Files.createLink(top.resolve("usr/bin/perl5.36"), one);
    Files.createLink(temp.resolve("beside"), write("usr/bin/once-in-the-tree", ""));

    FileTree tree = read();

    assertThat(get(tree, "bin").rawTarget()).isEqualTo("usr/bin");
    assertThat(get(tree, "etc/mtab").rawTarget()).isEqualTo("../proc/self/mounts");
    assertThat(has(tree, "outside/golden")).isFalse();
    assertThat(TreeListing.hardLinks(tree))
        .containsExactly(List.of(TreePath.of("usr/bin/perl"), TreePath.of("usr/bin/perl5.36")));
    assertThat(get(tree, "usr/bin/once-in-the-tree").inode()).isEqualTo(Entry.SINGLE);
  }

  @RequiresRoot("creating device nodes, owners and capabilities")
  @RequiresProgram({"setcap", "setfattr"})
  @Test
  void keepsOwnersDevicesAndCapabilities() throws Exception {
    // u::rwx,u:1234:rwx,g::r-x,m::rwx,o::r-x as the kernel keeps it (acl(5)).
    String acl =
        "0x0200000001000700ffffffff02000700d204000004000500ffffffff10000700ffffffff20000500ffffffff";
    Path ping = write("usr/bin/ping", "ping");
    Shell.sh(
        """
        cd "$1"
        setcap cap_net_raw+ep usr/bin/ping
        mkdir srv
        setfattr -n system.posix_acl_access -v $2 srv
        setfattr -n system.posix_acl_default -v $2 srv
        setfattr -n user.note -v 0x00ff0a usr/bin/ping
        chown 3000000000:123 etc/hosts
        chown -h 7:8 etc
        mknod loop b 7 300
        mknod big c 511 1048575
        mkfifo fifo
        ln -s nowhere broken
        chown -h 42:43 broken
        """,
        top,
        acl);

    FileTree tree = read();

    assertThat(get(tree, "usr/bin/ping").metadata().xattrs().names())
        .containsExactly("security.capability", "user.note");
    assertThat(get(tree, "usr/bin/ping").metadata().xattrs().value("user.note"))
        .containsExactly(0, 0xFF, '\n');
    assertThat(get(tree, "usr/bin/ping").metadata().xattrs().value("security.capability"))
        .hasSize(20);
    assertThat(get(tree, "srv").metadata().xattrs().names())
        .containsExactly("system.posix_acl_access", "system.posix_acl_default");
    assertThat(get(tree, "srv").metadata().xattrs().value("system.posix_acl_access")).hasSize(44);
    assertThat(get(tree, "etc/hosts").metadata().uid()).isEqualTo(3_000_000_000L);
    assertThat(get(tree, "etc/hosts").metadata().gid()).isEqualTo(123);
    assertThat(get(tree, "etc").metadata().uid()).isEqualTo(7);
    assertThat(get(tree, "broken").metadata().gid()).isEqualTo(43);
    assertThat(get(tree, "loop").type()).isEqualTo(Type.BLOCK_DEVICE);
    assertThat(get(tree, "loop").device()).isEqualTo(new Device(7, 300));
    assertThat(get(tree, "big").device()).isEqualTo(new Device(511, 1048575));
    assertThat(get(tree, "fifo").type()).isEqualTo(Type.FIFO);
    assertThat(ping).exists();
  }

  @RequiresProgram("sh")
  @Test
  void keepsHoles() throws Exception {
    Shell.sh(
        """
        cd "$1"
        truncate -s 10G hole
        printf data | dd of=mixed bs=1 seek=1048576 status=none
        truncate -s 3M mixed
        """,
        top);
    assumeTrue(
        Shell.sh("stat -c %b \"$1/hole\"", top).strip().equals("0"),
        "NOT TESTED: the temporary directory's file system has no holes");

    FileTree tree = read();

    assertThat(get(tree, "hole").content().size()).isEqualTo(10L << 30);
    assertThat(get(tree, "hole").content().extents()).isEmpty();
    assertThat(get(tree, "hole").content().isSparse()).isTrue();
    List<Extent> extents = get(tree, "mixed").content().extents();
    assertThat(extents).hasSize(1);
    assertThat(extents.get(0).offset()).isEqualTo(1 << 20);
    assertThat(extents.get(0).length()).isLessThan(1 << 20);
    assertThat(get(tree, "etc/hosts").content().isSparse()).isFalse();
  }

  @RequiresProgram("sh")
  @Test
  void keepsNamesOfAnyBytes() throws Exception {
    Shell.sh(
        """
        cd "$1"
        printf latin > "$(printf 'caf\\351')"
        printf utf8 > "$(printf 'caf\\303\\251')"
        printf odd > "$(printf 'a\\nb %%41?#')"
        mkdir "$(printf 'dir\\377')"
        printf below > "$(printf 'dir\\377/x')"
        ln -s "$(printf 'to\\377')" link
        """,
        top);

    FileTree tree = read();

    assertThat(text(tree.get(TreePath.ofRaw("caf\u00e9")).orElseThrow())).isEqualTo("latin");
    assertThat(text(tree.get(TreePath.of("caf\u00e9")).orElseThrow())).isEqualTo("utf8");
    assertThat(text(get(tree, "a\nb %41?#"))).isEqualTo("odd");
    assertThat(text(tree.get(TreePath.ofRaw("dir\u00ff/x")).orElseThrow())).isEqualTo("below");
    assertThat(get(tree, "link").rawTarget()).isEqualTo("to\u00ff");
  }

  @Test
  void emptiesWhatIsFilledAtEachBoot() throws IOException {
    for (String directory : List.of("proc/1", "sys/class", "dev/pts", "run/lock", "tmp/x")) {
      write(directory + "/file", "");
    }
    write("var/tmp/old", "");
    write("usr/tmp/kept", "");
    write("lost+found/x", "");
    write("srv/diskless/lab/releases/1/x", "");
    write("tftpboot/x", "");
    write("var/cache/apt/archives/x_1_amd64.deb", "");
    write("var/cache/apt/archives/lock", "");
    write("swapfile", "");
    write("data/my swap", "");
    write("data/swap.one", "");
    write("etc/fstab", "/data/swap.one none swap sw 0 0\nUUID=1 none swap sw 0 0\n");

    FileTree tree = read();

    assertThat(tree)
        .extracting(e -> e.path().toString())
        .containsExactly(
            "/",
            "/data",
            "/data/my swap",
            "/dev",
            "/dev/console",
            "/dev/null",
            "/etc",
            "/etc/fstab",
            "/etc/hosts",
            "/etc/machine-id",
            "/proc",
            "/run",
            "/srv",
            "/sys",
            "/tmp",
            "/usr",
            "/usr/bin",
            "/usr/tmp",
            "/usr/tmp/kept",
            "/var",
            "/var/cache",
            "/var/cache/apt",
            "/var/cache/apt/archives",
            "/var/cache/apt/archives/lock",
            "/var/tmp");
    assertThat(get(tree, "dev/console").device()).isEqualTo(new Device(5, 1));
    assertThat(get(tree, "dev/console").metadata().mode()).isEqualTo(0600);
    assertThat(get(tree, "dev/null").device()).isEqualTo(new Device(1, 3));
    assertThat(get(tree, "dev/null").metadata().mode()).isEqualTo(0666);
    assertThat(get(tree, "run").metadata().mtime()).isEqualTo(TIMESTAMP);
  }

  @RequiresProgram("sh")
  @Test
  void keepsTheModeOfEmptiedDirectoriesAndMakesMissingOnes() throws Exception {
    Files.createDirectories(top.resolve("proc"));
    Shell.sh("chmod 0511 \"$1\"", top.resolve("proc"));

    FileTree tree = read();

    assertThat(get(tree, "proc").metadata().mode()).isEqualTo(0511);
    assertThat(get(tree, "sys").metadata().mode()).isEqualTo(0555);
    assertThat(get(tree, "tmp").metadata().mode()).isEqualTo(01777);
  }

  @Test
  void leavesOutWhatTheUserExcludes() throws IOException {
    write("opt/big/a/b", "");
    write("opt/small/a", "");
    write("home/x/cache/y", "");
    write("home/x/z.iso", "");

    FileTree tree = read("/opt/big", "home/*/cache/", "**/*.iso");

    assertThat(has(tree, "opt/big")).isFalse();
    assertThat(has(tree, "opt/small/a")).isTrue();
    assertThat(has(tree, "home/x")).isTrue();
    assertThat(has(tree, "home/x/cache")).isFalse();
    assertThat(has(tree, "home/x/z.iso")).isFalse();
  }

  @Test
  void emptiesWhatAllNodesMount() throws IOException {
    write("usr/share/doc/readme", "text");
    write("usr/local/bin/tool", "program");
    Files.createDirectories(top.resolve("mnt"));
    Files.createSymbolicLink(top.resolve("opt"), Path.of("usr/local"));
    Image image =
        new Image(
            "golden",
            new ImageSource.Directory(
                "golden", List.of(), List.of("/usr/share", "/opt", "/nowhere")));

    FileTree tree = store().prepare(image, problems).tree();

    assertThat(get(tree, "usr/share").isDirectory()).isTrue();
    assertThat(has(tree, "usr/share/doc")).isFalse();
    // Nobody mounts over a link: what it leads to is another matter.
    assertThat(get(tree, "opt").rawTarget()).isEqualTo("usr/local");
    assertThat(has(tree, "usr/local/bin/tool")).isTrue();
  }

  @Test
  void leavesOutTheProjectAndTheCacheInside() throws IOException {
    Path project = top.resolve("home/user/cluster");
    Path cache = top.resolve("root/.m2/diskless");
    write("home/user/cluster/pom.xml", "");
    write("home/user/other", "");
    write("root/.m2/diskless/x", "");
    ImageStore store =
        new ImageStore(cache, project, a -> temp, DebianOptions.DEFAULT, TIMESTAMP, said::add);

    FileTree tree =
        store
            .prepare(
                new Image("golden", new ImageSource.Directory(top.toString(), List.of())), problems)
            .tree();

    assertThat(has(tree, "home/user/cluster")).isFalse();
    assertThat(has(tree, "home/user/other")).isTrue();
    assertThat(has(tree, "root/.m2")).isTrue();
    assertThat(has(tree, "root/.m2/diskless")).isFalse();
  }

  @Test
  void leavesOutWhatBelongsToOneMachineAndSaysSo() throws IOException {
    for (String key : List.of("rsa_key", "rsa_key.pub", "ed25519_key")) {
      write("etc/ssh/ssh_host_" + key, "secret");
    }
    write("etc/ssh/sshd_config", "");
    write("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
    write("var/lib/dbus/machine-id", "0123456789abcdef0123456789abcdef\n");
    write("var/lib/dhcp/dhclient.eth0.leases", "");
    write("var/lib/dhcp/dhcpd.leases", "");
    write("var/lib/systemd/random-seed", "");
    write("root/.ssh/id_ed25519", "secret");
    write("root/.ssh/id_ed25519.pub", "");
    write("root/.ssh/known_hosts", "");
    for (String file :
        List.of(
            "rsyslog.d/diskless.conf",
            "rsyslog.d/diskless-nodes.json",
            "rsyslog.d/50-default.conf",
            "exports.d/diskless.exports",
            "nginx/conf.d/diskless.conf",
            "systemd/system/nfs-server.service.d/diskless.conf",
            "logrotate.d/diskless",
            "logrotate.d/dpkg",
            "diskless/ansible.yaml")) {
      write("etc/" + file, "");
    }
    Path wants = top.resolve("etc/systemd/system/multi-user.target.wants");
    Files.createDirectories(wants);
    Files.createDirectories(top.resolve("etc/rc3.d"));
    for (String unit : List.of("nfs-server", "isc-dhcp-server", "ssh", "tftpd-hpa", "nginx")) {
      Files.createSymbolicLink(
          wants.resolve(unit + ".service"), Path.of("/lib/systemd/system/" + unit + ".service"));
    }
    Files.createSymbolicLink(
        top.resolve("etc/rc3.d/S03isc-dhcp-server"), Path.of("../init.d/isc-dhcp-server"));
    Files.createSymbolicLink(top.resolve("etc/rc3.d/S03ssh"), Path.of("../init.d/ssh"));

    FileTree tree = read();

    assertThat(said)
        .containsExactly(
            "image golden: not copied: 3 ssh host keys, machine-id, machine-id of D-Bus, 2"
                + " DHCP leases,"
                + " random seed, private ssh key of root, 7 files of the release that runs there,"
                + " 5 enabled servers");
    assertThat(get(tree, "etc/machine-id").content().size()).isZero();
    assertThat(get(tree, "etc/machine-id").metadata().mtime()).isEqualTo(TIMESTAMP);
    assertThat(has(tree, "etc/ssh/sshd_config")).isTrue();
    assertThat(has(tree, "etc/ssh/ssh_host_rsa_key")).isFalse();
    assertThat(has(tree, "var/lib/dbus/machine-id")).isFalse();
    assertThat(has(tree, "var/lib/dhcp")).isTrue();
    assertThat(has(tree, "etc/systemd/system/multi-user.target.wants/ssh.service")).isTrue();
    assertThat(has(tree, "etc/systemd/system/multi-user.target.wants/nfs-server.service"))
        .isFalse();
    assertThat(has(tree, "root/.ssh/id_ed25519")).isFalse();
    assertThat(has(tree, "root/.ssh/id_ed25519.pub")).isTrue();
    assertThat(has(tree, "root/.ssh/known_hosts")).isTrue();
    assertThat(has(tree, "etc/rsyslog.d/diskless.conf")).isFalse();
    assertThat(has(tree, "etc/rsyslog.d/50-default.conf")).isTrue();
    assertThat(has(tree, "etc/logrotate.d/dpkg")).isTrue();
    assertThat(has(tree, "etc/rc3.d/S03ssh")).isTrue();
    assertThat(has(tree, "etc/rc3.d/S03isc-dhcp-server")).isFalse();
  }

  @Test
  void keepsALinkToTheMachineId() throws IOException {
    Files.createDirectories(top.resolve("var/lib/dbus"));
    Files.createSymbolicLink(top.resolve("var/lib/dbus/machine-id"), Path.of("/etc/machine-id"));

    assertThat(get(read(), "var/lib/dbus/machine-id").isSymlink()).isTrue();
    assertThat(said).isEmpty();
  }

  @RequiresRoot("mounting")
  @Test
  void doesNotEnterOtherFileSystems() throws Exception {
    Path mount = Files.createDirectories(top.resolve("mnt/usb"));
    write("mnt/stays", "");
    assumeTrue(
        new ProcessBuilder("mount", "-t", "tmpfs", "none", mount.toString()).start().waitFor() == 0,
        "NOT TESTED: nothing can be mounted here");
    try {
      write("mnt/usb/inside", "");

      FileTree tree = read();

      assertThat(has(tree, "mnt/stays")).isTrue();
      assertThat(has(tree, "mnt/usb")).isTrue();
      assertThat(has(tree, "mnt/usb/inside")).isFalse();
      assertThat(problems.warnings())
          .extracting(Problem::message)
          .containsExactly("image golden does not contain the file system mounted at /mnt/usb");
    } finally {
      Shell.sh("umount \"$1\"", mount);
    }
  }

  @RequiresProgram("python3")
  @Test
  void leavesOutSockets() throws Exception {
    Shell.sh(
        "cd \"$1\"; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"s\")'", top);
    assertThat(Files.exists(top.resolve("s"))).isTrue();

    assertThat(has(read(), "s")).isFalse();
  }

  @RequiresProgram("sh")
  @Test
  void namesAllThatCannotBeRead() throws Exception {
    assumeTrue(
        !Shell.isRoot(), "NOT TESTED HERE: root can read everything; see asAnOrdinaryUser below");
    for (int i = 1; i <= 7; i++) {
      Shell.sh("chmod 0 \"$1\"", write("opt/" + i, ""));
    }

    assertThatThrownBy(this::read)
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith(
            "7 files or directories of image golden cannot be read by this user: /opt/1, /opt/2,"
                + " /opt/3, /opt/4, /opt/5, …; run Maven as root");
  }

  @RequiresRoot("running as another user")
  @RequiresProgram("setpriv")
  @Test
  void namesAllThatCannotBeReadAsAnOrdinaryUser() throws Exception {
    Shell.sh("chmod 0 \"$1\"", write("etc/shadow", "secret"));
    Shell.sh("chmod 0 \"$1\"", write("etc/ssh/ssh_host_rsa_key", "secret"));
    write("root/x", "");
    Shell.sh("chmod 0700 \"$1/root\"; chmod -R a+rX \"$2\"", top, temp);
    Shell.sh("chmod 0 \"$1/etc/shadow\"; chmod 0700 \"$1/root\"", top);

    String printed =
        Shell.sh(
            "setpriv --reuid=65534 --regid=65534 --clear-groups env -i HOME=/nonexistent"
                + " \"$1\" -Djna.tmpdir=/tmp -cp \"$2\" dev.diskless.image.ReadAsUser \"$3\" 2>&1",
            Path.of(System.getProperty("java.home"), "bin/java"),
            readableClassPath(),
            top);

    assertThat(printed.strip())
        .isEqualTo(
            "2 files or directories of image golden cannot be read by this user: /etc/shadow, /root;"
                + " run Maven as root, or add files that the nodes do not need to `exclude:`");
  }

  /** The class path as a copy, for another user may not read the home of this one. */
  private String readableClassPath() throws IOException, InterruptedException {
    List<String> copies = new ArrayList<>();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (element.endsWith("classes") || element.matches(".*/(jna|plexus-utils)-[^/]*[.]jar")) {
        Path copy = temp.resolve("classpath").resolve("" + copies.size());
        Files.createDirectories(copy.getParent());
        String end = element.endsWith(".jar") ? ".jar" : "";
        Shell.sh("cp -r \"$1\" \"$2\"", element, copy + end);
        copies.add(copy + end);
      }
    }
    Shell.sh("chmod -R a+rX \"$1\"", temp.resolve("classpath"));
    return String.join(File.pathSeparator, copies);
  }

  @RequiresProgram("sh")
  @Test
  void readsNamesOfAnyBytesInTheCLocale() throws Exception {
    Shell.sh("cd \"$1\"; printf latin > \"$(printf 'caf\\351')\"", top);

    String printed =
        Shell.sh(
            "LC_ALL=C \"$1\" -cp \"$2\" dev.diskless.image.ReadAsUser \"$3\" 2>&1",
            Path.of(System.getProperty("java.home"), "bin/java"),
            System.getProperty("java.class.path"),
            top);

    assertThat(printed).contains("/caf\\351 latin\n");
  }

  @Test
  void tellsADirectoryThatIsNotThere() {
    Image none = new Image("golden", new ImageSource.Directory("nowhere", List.of()));

    assertThatThrownBy(() -> store().prepare(none, problems))
        .isInstanceOf(ProblemException.class)
        .hasMessage(
            "the directory %s of image golden does not exist; correct its path, which is absolute or"
                    .formatted(temp.resolve("nowhere"))
                + " relative to the project");
    assertThatThrownBy(() -> store().fingerprint(none)).isInstanceOf(ProblemException.class);
  }

  @Test
  void tellsAFileAndAnEmptyDirectory() throws IOException {
    Files.writeString(temp.resolve("file"), "");
    Files.createDirectories(temp.resolve("empty"));

    assertThatThrownBy(
            () ->
                store()
                    .prepare(
                        new Image("x", new ImageSource.Directory("file", List.of())), problems))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("is not a directory; give a directory, or write `archive:`");
    assertThatThrownBy(
            () ->
                store()
                    .prepare(
                        new Image("x", new ImageSource.Directory("empty", List.of())), problems))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("is empty");
  }

  @Test
  void warnsOfWhatLooksLikeNoRoot() throws IOException {
    Image etc = new Image("x", new ImageSource.Directory("golden/etc", List.of()));

    store().prepare(etc, problems);

    assertThat(problems.warnings())
        .extracting(Problem::message)
        .containsExactly(
            "image x has no /etc, or neither /usr nor /bin; it does not look like a root file"
                + " system");
  }

  @RequiresProgram("sh")
  @Test
  void hasTheSameFingerprintUntilSomethingChanges() throws Exception {
    write("tmp/x", "");
    write("run/x", "");
    String before = store().fingerprint(image());
    PreparedImage prepared = store().prepare(image(), problems);

    assertThat(prepared.fingerprint()).isEqualTo(before);

    write("tmp/y", "");
    write("run/y", "");
    assertThat(store().fingerprint(image()))
        .as("contents of emptied directories")
        .isEqualTo(before);

    FileTime time = Files.getLastModifiedTime(top.resolve("etc/hosts"));
    Thread.sleep(20); // the clock of ctime ticks every 4 ms
    write("etc/hosts", "127.0.0.2 localhost\n");
    Files.setLastModifiedTime(top.resolve("etc/hosts"), time);
    String after = store().fingerprint(image());
    assertThat(after).as("same size, same mtime, other content").isNotEqualTo(before);

    Shell.sh("chmod 0600 \"$1\"", top.resolve("etc/hosts"));
    assertThat(store().fingerprint(image())).as("mode").isNotEqualTo(after);
    assertThat(store().fingerprint(image("etc/hosts"))).as("excludes").isNotEqualTo(after);
  }

  @Test
  void readsTheSameWithJavaAloneButForAttributesAndHoles() throws IOException {
    assumeTrue(
        LinuxFileReader.open().isPresent(), () -> "NOT TESTED: " + LinuxFileReader.unavailable());
    FileReader linux = LinuxFileReader.open().orElseThrow();
    FileReader java = new JavaFileReader();
    Files.createSymbolicLink(top.resolve("bin"), Path.of("usr/bin"));
    for (String path : List.of("/", top + "/etc/hosts", top + "/bin", top + "/etc", "/dev/null")) {
      FileStatus one = linux.status(path);
      FileStatus other = java.status(path);
      assertThat(other.mode()).as(path).isEqualTo(one.mode());
      assertThat(other.uid()).isEqualTo(one.uid());
      assertThat(other.gid()).isEqualTo(one.gid());
      assertThat(other.size()).isEqualTo(one.size());
      assertThat(other.inode()).isEqualTo(one.inode());
      assertThat(other.links()).isEqualTo(one.links());
      assertThat(other.modified()).isEqualTo(one.modified());
      assertThat(other.changed()).isEqualTo(one.changed());
      assertThat(other.device()).isEqualTo(one.device());
    }
    assertThat(java.list(top.toString()))
        .containsExactlyInAnyOrderElementsOf(linux.list(top.toString()));
    assertThat(java.linkTarget(top + "/bin")).isEqualTo(linux.linkTarget(top + "/bin"));
  }
}
