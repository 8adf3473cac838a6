package dev.diskless.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.archive.Compression;
import dev.diskless.boot.KernelFiles;
import dev.diskless.host.AtomicFile;
import dev.diskless.host.Quoting;
import dev.diskless.model.Cluster;
import dev.diskless.model.NfsMount;
import dev.diskless.model.Node;
import dev.diskless.model.Scope;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import inet.ipaddr.IPAddress;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Files that the master of a lab starts from: a kernel, and the whole root file system as an
 * initramfs. The cache keeps the large common part of the initramfs. Each lab appends an archive
 * with its own files, and the kernel unpacks both archives.
 */
final class MasterFiles {

  /** Paths that no master in a lab reads. */
  private static final List<TreePath> LEFT_OUT =
      Stream.of(
              "boot",
              "usr/share/doc",
              "usr/share/info",
              "usr/share/man",
              "usr/share/locale",
              "usr/share/i18n",
              "usr/share/lintian",
              "usr/share/bug",
              "usr/share/common-licenses",
              "usr/lib/locale",
              "var/lib/apt",
              "var/lib/dpkg",
              "var/cache")
          .map(TreePath::of)
          .toList();

  private static final String HOME = "usr/lib/diskless-lab/";
  private static final Instant TIME = Instant.EPOCH;

  /** Time since the last use, after which a file leaves the cache. */
  private static final Duration TIME_KEPT = Duration.ofDays(7);

  private MasterFiles() {}

  /** Returns the kernel of the master's tree, copied to the cache. */
  static Path kernel(LabRequest request) throws IOException {
    Path file = request.cache().resolve(request.masterFingerprint() + ".vmlinuz");
    if (!isKept(file)) {
      Problems problems = new Problems();
      KernelFiles found =
          KernelFiles.find("of the lab's master", request.master(), problems)
              .orElseThrow(() -> new ProblemException(problems.all()));
      Files.createDirectories(request.cache());
      Path part = Files.createTempFile(request.cache(), "kernel", ".part");
      try (InputStream in = found.kernel().content().open()) {
        Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      }
      AtomicFile.publish(part, file);
    }
    return file;
  }

  /** Writes and returns the initramfs of a lab. */
  static Path initrd(LabRequest request) throws IOException {
    Path file = request.work().resolve("master.initrd");
    Files.copy(common(request), file, StandardCopyOption.REPLACE_EXISTING);
    try (OutputStream out =
        new BufferedOutputStream(
            Files.newOutputStream(file, java.nio.file.StandardOpenOption.APPEND))) {
      // An archive that is not compressed begins at a multiple of 4; zeros before it are skipped.
      out.write(new byte[(int) (-Files.size(file) & 3)]);
      try (CpioWriter cpio = new CpioWriter(out)) {
        for (Entry entry : own(request)) {
          cpio.write(entry);
        }
      }
    }
    return file;
  }

  private static Path common(LabRequest request) throws IOException {
    Path file = request.cache().resolve(request.masterFingerprint() + ".cpio.zst");
    if (isKept(file)) {
      return file;
    }
    Files.createDirectories(request.cache());
    // Other labs of the user may be running, also labs of another version.
    Instant longAgo = Instant.now().minus(TIME_KEPT);
    try (DirectoryStream<Path> old =
        Files.newDirectoryStream(request.cache(), "*.{cpio.zst,vmlinuz,part}")) {
      for (Path each : old) {
        try {
          if (Files.getLastModifiedTime(each).toInstant().isBefore(longAgo)) {
            Files.deleteIfExists(each);
          }
        } catch (NoSuchFileException anotherLabWasFaster) {
          // Another lab may have removed the file.
        }
      }
    }
    Path part = Files.createTempFile(request.cache(), "master", ".part");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part));
        CpioWriter cpio = new CpioWriter(Compression.ZSTD.compress(out))) {
      for (Entry entry : request.master()) {
        if (LEFT_OUT.stream().noneMatch(entry.path()::startsWith)) {
          cpio.write(entry);
        }
      }
    }
    AtomicFile.publish(part, file);
    return file;
  }

  /**
   * Whether the cache contains the file. If so, sets the file's time to now, the time of its last
   * use.
   */
  private static boolean isKept(Path file) throws IOException {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Returns the files that only this lab has. */
  static FileTree own(LabRequest request) throws IOException {
    Cluster cluster = request.cluster();
    List<Entry> files = new ArrayList<>();
    files.add(file(HOME + "master", 0755, resource("master.sh")));
    for (String unit : List.of("diskless-lab.service", "diskless-lab.target")) {
      files.add(file("etc/systemd/system/" + unit, 0644, resource(unit)));
    }
    for (String script : List.of("runs-release.sh", "undisturbed.sh")) {
      files.add(file(HOME + script, 0644, resource(script)));
    }
    files.add(file(HOME + "settings", 0644, settings(request)));
    files.add(
        file(
            "etc/systemd/network/10-diskless.link",
            0644,
            "[Match]\nMACAddress=%s\n\n[Link]\nName=%s\n"
                .formatted(mac(cluster), cluster.master().interfaceName())));
    files.add(file("etc/hostname", 0644, cluster.master().name() + "\n"));
    files.add(file("etc/hosts", 0644, "127.0.0.1 localhost\n"));
    files.add(
        file(
            HOME + "exported",
            0644,
            lines(
                cluster.nodes().stream()
                    .flatMap(n -> NfsMount.of(cluster, n).stream())
                    .filter(m -> m.use() == NfsMount.Use.SHARED)
                    .map(NfsMount::source))));
    files.add(
        file(
            HOME + "nodes",
            0644,
            lines(
                request.nodes().stream()
                    .map(
                        n ->
                            String.join(
                                "\t",
                                n.name(),
                                n.address().toString(),
                                n.group().root().keyword(),
                                n.group().name(),
                                n.group().image())))));
    if (cluster.master().proxyDhcp()) {
      files.add(file(HOME + "existing.conf", 0644, ExistingDhcp.of(cluster).configuration()));
    }
    for (Node node : request.nodes()) {
      if (request.options().reboots().contains(node)) {
        String reboot = HOME + "reboot/" + node.name() + "/";
        files.add(file(reboot + "mark", 0644, RebootScripts.mark(node)));
        files.add(file(reboot + "marked", 0644, RebootScripts.marked(node)));
        files.add(file(reboot + "on-master", 0644, RebootScripts.onMaster(node)));
        if (RebootScripts.goesOnAlone(node)) {
          files.add(file(reboot + "alone", 0644, resource("alone.sh")));
        }
      }
      String folder = HOME + "checks/" + node.name() + "/";
      // Three digits in front of each name, which the master removes.
      int number = 100;
      Map<String, String> scripts = CheckScripts.of(cluster, node);
      for (Map.Entry<String, String> check : scripts.entrySet()) {
        files.add(file(folder + number++ + "-" + check.getKey(), 0644, check.getValue() + "\n"));
      }
      int boot = 1;
      for (Start start : request.options().startsOf(node)) {
        for (Map.Entry<String, String> check : StartScripts.of(start).entrySet()) {
          String name = "start%d-%s".formatted(boot, check.getKey());
          files.add(file(folder + name, 0644, check.getValue() + "\n"));
        }
        boot++;
      }
      for (Map.Entry<String, Path> check : userChecks(request.checks(), node).entrySet()) {
        files.add(
            Entry.file(
                TreePath.of(folder + "user-" + check.getKey()),
                Metadata.root(0755, TIME),
                new BytesContent(Files.readAllBytes(check.getValue())),
                "lab"));
      }
    }
    return FileTree.of(files);
  }

  /**
   * Returns the user's checks of a node by name. A check of the node replaces a check of its group
   * with the same name, which replaces a check of all nodes.
   */
  static Map<String, Path> userChecks(Path folderOfChecks, Node node) throws IOException {
    List<String> folders = new ArrayList<>(List.of(Scope.ALL.path()));
    node.group().lineage().forEach(g -> folders.add(new Scope.OfGroup(g).path()));
    folders.add(Scope.of(node).path());
    Map<String, Path> checks = new TreeMap<>();
    for (String folder : folders) {
      Path path = folderOfChecks.resolve(folder);
      if (Files.isDirectory(path)) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(path, Files::isRegularFile)) {
          for (Path check : found) {
            if (!isProgram(check)) {
              throw new ProblemException(
                  "the check " + check + " is neither executable nor a script",
                  "begin it with #! and the interpreter, or run chmod +x " + check);
            }
            checks.put(check.getFileName().toString(), check);
          }
        }
      }
    }
    return checks;
  }

  /**
   * Whether the file is a program. A script without the executable bit counts too, because not
   * every checkout and archive keeps the bit.
   */
  private static boolean isProgram(Path file) throws IOException {
    if (Files.isExecutable(file)) {
      return true;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == '#' && in.read() == '!';
    }
  }

  /** Returns a MAC address with the prefix of QEMU (52:54:00) that no node has. */
  static String mac(Cluster cluster) {
    for (int number = 1; ; number++) {
      String mac = "52:54:00:d1:5c:%02x".formatted(number);
      if (cluster.nodes().stream().noneMatch(n -> n.mac().toColonDelimitedString().equals(mac))) {
        return mac;
      }
    }
  }

  private static Optional<IPAddress> address6(Cluster cluster) {
    IPAddress address = cluster.master().address();
    return cluster.networkOf(address).address6(address);
  }

  private static int prefix6(Cluster cluster) {
    return cluster
        .networkOf(cluster.master().address())
        .subnet6()
        .orElseThrow()
        .getNetworkPrefixLength();
  }

  private static String settings(LabRequest request) throws IOException {
    Cluster cluster = request.cluster();
    return lines(
        Stream.of(
            "cluster=" + Quoting.shell(cluster.name()),
            "directory=" + Quoting.shell(cluster.master().directory()),
            "address=" + cluster.master().address(),
            "prefix="
                + cluster.networkOf(cluster.master().address()).subnet().getNetworkPrefixLength(),
            "address6=" + address6(cluster).map(a -> a + "/" + prefix6(cluster)).orElse(""),
            "interface=" + Quoting.shell(cluster.master().interfaceName()),
            "dhcp=" + cluster.master().dhcp().keyword(),
            "existing=" + (cluster.master().proxyDhcp() ? ExistingDhcp.of(cluster).address() : ""),
            "alone=" + RebootScripts.SECONDS_ALONE,
            "size=" + Files.size(request.bundle()),
            "earlier_size="
                + (request.earlier().isPresent() ? Files.size(request.earlier().get()) : "")));
  }

  private static String lines(Stream<String> lines) {
    return lines.distinct().map(l -> l + "\n").collect(Collectors.joining());
  }

  private static Entry file(String path, int mode, String text) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(mode, TIME),
        new BytesContent(text.getBytes(UTF_8)),
        "lab");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = MasterFiles.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
