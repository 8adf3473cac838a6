package dev.diskless.lab;

import dev.diskless.lab.NodeReport.CheckResult;
import dev.diskless.model.BootMethod;
import dev.diskless.model.DhcpServer;
import dev.diskless.model.ImageSource;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.progress.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cluster in virtual machines: a master that installs the bundle as any master does, and nodes
 * without disks that start from it through their firmware. It needs no rights beyond an ordinary
 * user's.
 */
public final class Lab {

  /** What the master is installed from. */
  public static final ImageSource.Debian MASTER =
      new ImageSource.Debian(
          "bookworm",
          Optional.of("amd64"),
          Optional.empty(),
          List.of(),
          List.of(
              "linux-image-cloud-amd64",
              "isc-dhcp-server",
              "tftpd-hpa",
              "nfs-kernel-server",
              "openssh-client",
              "squashfs-tools",
              "xfsprogs"),
          List.of());

  /** Each has a slot of the master's bus for its wire, and memory. */
  public static final int MOST_NODES = 64;

  /** Sparse: only what is written takes room. */
  private static final long RELEASE_DISK = 64L << 30;

  private static final int MASTER_MEGABYTES = 2048;
  private static final int NODE_MEGABYTES = 1024;
  private static final Duration MASTER_LIMIT = Duration.ofSeconds(600);
  private static final long POLL_MILLIS = 200;

  private static final String MASTER_ARGUMENTS =
      "console=ttyS0 rdinit=/lib/systemd/systemd systemd.unit=diskless-lab.target"
          + " systemd.firstboot=no net.ifnames=0 panic=-1"
          // What udev would load for this processor, and no master needs.
          + " modprobe.blacklist=kvm_amd,kvm_intel,powernow_k8,aesni_intel,ata_piix,floppy";

  private final LabRequest request;
  private final Progress progress;
  private final Map<String, Machine> machines = new LinkedHashMap<>();
  private final List<String> masterLines = new ArrayList<>();
  private String masterFailure = "";
  private String masterStep = "starting";
  private boolean masterReady;

  private Lab(LabRequest request, Progress progress) {
    this.request = request;
    this.progress = progress;
  }

  /** One node of the lab while it runs. */
  private static final class Machine {
    private final Node node;
    private final NodeProgress nodeProgress;
    private final LogTail console;
    private final List<CheckResult> checks = new ArrayList<>();
    private Process process;
    private long startedAt;
    private long stageAt;
    private Stage stage = Stage.POWER_ON;
    private double secondsToUp;
    private NodeReport report;

    Machine(Node node, NodeProgress nodeProgress, Path console) {
      this.node = node;
      this.nodeProgress = nodeProgress;
      this.console = new LogTail(console);
    }
  }

  /**
   * Boots the nodes, checks them, and ends all machines.
   *
   * @return what became of each node, in the order asked for; also in files of the work folder
   * @throws ProblemException if the lab cannot be had here, or its master does not come up
   */
  public static List<NodeReport> run(LabRequest request, Progress progress) throws IOException {
    return new Lab(request, progress).run();
  }

  private List<NodeReport> run() throws IOException {
    refuseWhatCannotBe();
    String program = Qemu.program();
    Files.createDirectories(request.work());
    Files.createDirectories(request.cache());
    clear(request.work());
    Path kernel = MasterFiles.kernel(request);
    Path initrd = MasterFiles.initrd(request);
    Path disk = request.work().resolve("release.disk");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(RELEASE_DISK);
    }
    Path sockets = Files.createTempDirectory("diskless-lab");
    try (Machines processes = new Machines()) {
      Accelerator accelerator =
          Qemu.accelerator(program, kernel, request.cache(), processes, progress);
      QemuCommand qemu = new QemuCommand(program, accelerator, request.work(), sockets);
      progress.say(
          "lab: a master and %d node%s, with %s (logs: %s)"
              .formatted(
                  request.nodes().size(),
                  request.nodes().size() == 1 ? "" : "s",
                  accelerator,
                  request.work()));
      return boot(qemu, kernel, initrd, disk, processes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the lab was interrupted");
    } finally {
      Files.deleteIfExists(disk);
      Files.deleteIfExists(initrd);
      deleteFolder(sockets);
    }
  }

  private void refuseWhatCannotBe() throws IOException {
    List<Problem> problems = new ArrayList<>();
    if (!Files.isRegularFile(request.bundle())) {
      problems.add(
          Problem.error("there is no bundle " + request.bundle(), "run mvn package first"));
    }
    if (request.nodes().size() > MOST_NODES) {
      problems.add(
          Problem.error(
              "%d nodes are too many for a lab".formatted(request.nodes().size()),
              "name at most %d in -Ddiskless.boot.nodes".formatted(MOST_NODES)));
    }
    if (request.cluster().master().dhcp() != DhcpServer.ISC) {
      problems.add(
          Problem.error(
              "the lab's master has no DHCP server but ISC's, and the descriptor says dhcp: "
                  + request.cluster().master().dhcp().keyword(),
              "boot a project with dhcp: isc"));
    }
    for (Node node : request.nodes()) {
      if (node.group().boot() == BootMethod.GRUB) {
        problems.add(
            Problem.error(
                "node %s starts with boot: grub, for UEFI, and the machines of a lab have a BIOS"
                    .formatted(node.name()),
                "leave it out with -Ddiskless.boot.nodes, or write boot: pxelinux, which also"
                    + " serves UEFI machines with GRUB"));
      }
    }
    long needed = MASTER_MEGABYTES + (long) NODE_MEGABYTES * request.nodes().size();
    Optional<Long> available = availableMegabytes();
    if (available.isPresent() && available.get() < needed) {
      problems.add(
          Problem.error(
              "the lab needs %,d MB of memory, and %,d MB are free"
                  .formatted(needed, available.get()),
              "name fewer nodes in -Ddiskless.boot.nodes, %d MB each and %d MB for the master"
                  .formatted(NODE_MEGABYTES, MASTER_MEGABYTES)));
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
  }

  /** As proc(5) has it; empty where there is no such file. */
  private static Optional<Long> availableMegabytes() throws IOException {
    Path file = Path.of("/proc/meminfo");
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    Matcher found = Pattern.compile("MemAvailable:\\s+(\\d+) kB").matcher(Files.readString(file));
    return found.find() ? Optional.of(Long.parseLong(found.group(1)) / 1024) : Optional.empty();
  }

  private List<NodeReport> boot(
      QemuCommand qemu, Path kernel, Path initrd, Path disk, Machines processes)
      throws IOException, InterruptedException {
    for (Node node : request.nodes()) {
      machines.put(
          node.name(),
          new Machine(node, new NodeProgress(request.cluster(), node), qemu.console(node.name())));
    }
    LogTail control = new LogTail(request.work().resolve("master.lab"));
    LogTail services = new LogTail(request.work().resolve("master.log"));
    LogTail console = new LogTail(qemu.console("master"));
    Path masterErrors = request.work().resolve("master.qemu");
    long begun = System.nanoTime();
    Process master =
        processes.start(
            qemu.master(
                kernel,
                initrd,
                MASTER_ARGUMENTS,
                request.bundle(),
                disk,
                MasterFiles.mac(request.cluster()),
                request.nodes().size()),
            masterErrors);
    boolean nodesStarted = false;
    while (machines.values().stream().anyMatch(m -> m.report == null)) {
      Thread.sleep(POLL_MILLIS);
      for (String line : console.lines()) {
        masterLines.add(NodeProgress.plain(line));
      }
      for (String line : services.lines()) {
        machines.values().forEach(m -> m.nodeProgress.masterSays(line));
      }
      for (String line : control.lines()) {
        hear(line);
      }
      if (!masterFailure.isEmpty()) {
        throw masterFailed(masterFailure);
      }
      if (!master.isAlive()) {
        throw masterFailed("its QEMU ended: " + Files.readString(masterErrors).strip());
      }
      if (masterReady && !nodesStarted) {
        nodesStarted = true;
        progress.say("lab: the master is ready after %.0f s".formatted(secondsSince(begun)));
        int number = 0;
        for (Machine machine : machines.values()) {
          String name = machine.node.name();
          machine.process =
              processes.start(
                  qemu.node(name, machine.node.mac().toColonDelimitedString(), number++),
                  request.work().resolve(name + ".qemu"));
          machine.startedAt = System.nanoTime();
          machine.stageAt = machine.startedAt;
        }
      }
      if (!masterReady && secondsSince(begun) > MASTER_LIMIT.toSeconds()) {
        throw masterFailed("it was not ready after " + MASTER_LIMIT.toSeconds() + " s");
      }
      if (nodesStarted) {
        for (Machine machine : machines.values()) {
          follow(machine);
        }
      }
    }
    List<NodeReport> reports = new ArrayList<>();
    for (Machine machine : machines.values()) {
      JunitXml.write(request.work(), machine.report);
      reports.add(machine.report);
    }
    return reports;
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  /** A line that the master's script says to the host. */
  private void hear(String line) {
    String[] words = line.split("\t", -1);
    Machine machine = words.length > 1 ? machines.get(words[1]) : null;
    switch (words[0]) {
      case "READY" -> masterReady = true;
      case "STEP" -> masterStep = line.substring(line.indexOf('\t') + 1);
      case "FAILED" -> masterFailure = line.substring(line.indexOf('\t') + 1);
      case "UP" -> machine.nodeProgress.reach(Stage.UP);
      case "DONE" -> machine.nodeProgress.reach(Stage.CHECKED);
      case "CHECK" ->
          machine.checks.add(
              new CheckResult(
                  words[2].replaceFirst("^(\\d+|user)-", ""),
                  Integer.parseInt(words[3]),
                  Long.parseLong(words[4]) / 1e3,
                  new String(Base64.getDecoder().decode(words[5]), StandardCharsets.UTF_8)));
      default -> throw new IllegalStateException("the lab's master says: " + line);
    }
  }

  private void follow(Machine machine) throws IOException {
    for (String line : machine.console.lines()) {
      machine.nodeProgress.consoleSays(line);
    }
    if (machine.report != null) {
      return;
    }
    Stage now = machine.nodeProgress.stage();
    if (now != machine.stage) {
      if (now.compareTo(Stage.UP) >= 0 && machine.stage.compareTo(Stage.UP) < 0) {
        machine.secondsToUp = secondsSince(machine.startedAt);
        progress.say(
            "lab: %s is up after %.0f s".formatted(machine.node.name(), machine.secondsToUp));
      }
      machine.stage = now;
      machine.stageAt = System.nanoTime();
    }
    if (now == Stage.CHECKED) {
      report(machine, List.of());
    } else if (!machine.process.isAlive()) {
      Path errors = request.work().resolve(machine.node.name() + ".qemu");
      report(machine, why(machine, "its QEMU ended: " + Files.readString(errors).strip()));
    } else if (secondsSince(machine.stageAt) > now.limit().toSeconds()) {
      report(
          machine, why(machine, "%s within %d s".formatted(now.stop(), now.limit().toSeconds())));
    }
  }

  private static List<String> why(Machine machine, String what) {
    List<String> why = new ArrayList<>();
    why.add(what);
    machine.nodeProgress.failedUnits().forEach(u -> why.add("its console says: " + u));
    why.addAll(machine.nodeProgress.lastLines());
    return why;
  }

  private void report(Machine machine, List<String> why) {
    double seconds =
        machine.secondsToUp > 0 ? machine.secondsToUp : secondsSince(machine.startedAt);
    machine.report =
        new NodeReport(
            machine.node.name(),
            machine.node.group().name(),
            machine.stage,
            seconds,
            machine.checks,
            why,
            request.work().resolve(machine.node.name() + ".console"));
    machine.process.destroyForcibly();
  }

  private ProblemException masterFailed(String why) {
    int from = Math.max(0, masterLines.size() - 15);
    return new ProblemException(
        Problem.error(
            "the lab's master failed while %s: %s\n    %s"
                .formatted(
                    masterStep,
                    why,
                    String.join("\n    ", masterLines.subList(from, masterLines.size()))),
            "see " + request.work().resolve("master.console")));
  }

  /** What an earlier lab left, so that none of it is taken for this one's. */
  private static void clear(Path work) throws IOException {
    try (DirectoryStream<Path> old =
        Files.newDirectoryStream(work, "*.{console,lab,log,qemu,xml,initrd,disk,part}")) {
      for (Path file : old) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void deleteFolder(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.delete(folder);
  }
}
