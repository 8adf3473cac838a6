package dev.diskless.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.host.LogTail;
import dev.diskless.host.Progress;
import dev.diskless.lab.NodeReport.CheckResult;
import dev.diskless.model.Cluster;
import dev.diskless.model.ImageSource;
import dev.diskless.model.NfsServer;
import dev.diskless.model.Node;
import dev.diskless.model.Profile;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Cluster in virtual machines. The master installs the bundle as any master does, and nodes without
 * disks start from it through their firmware. A lab needs no rights beyond those of an ordinary
 * user.
 */
public final class Lab {

  private static final List<String> PACKAGES =
      List.of(
          "linux-image-cloud-amd64",
          "isc-dhcp-server",
          "python3",
          "kea-dhcp4-server",
          "dnsmasq",
          "tftpd-hpa",
          "nginx-light",
          "nfs-kernel-server",
          "openssh-client",
          "radvd",
          "rsyslog",
          "squashfs-tools",
          "xfsprogs");

  private static final List<String> PACKAGES_FOR_SLURM =
      List.of("slurmctld", "slurm-client", "munge");

  /** Maximum number of nodes, because each node needs a port of the switch and files. */
  private static final int MOST_NODES = 256;

  /**
   * Size of the disk for the release, in bytes. The file is sparse, so only written blocks use
   * space.
   */
  private static final long RELEASE_DISK = 64L << 30;

  private static final String WIRES = "wires";

  /** Maximum length of the path of a unix socket, in bytes (unix(7)). */
  private static final int LONGEST_SOCKET = 107;

  private static final int MASTER_MEGABYTES = 2048;
  private static final Duration MASTER_LIMIT = Duration.ofMinutes(10);
  private static final long POLL_MILLIS = 200;

  private static final String MASTER_ARGUMENTS =
      "console=ttyS0 rdinit=/lib/systemd/systemd systemd.unit=diskless-lab.target"
          + " systemd.firstboot=no net.ifnames=0 panic=-1"
          // QEMU's machines have one clock for all their processors. A kernel that does not trust
          // it reads another one, which is a register of a device, for every packet.
          + " tsc=reliable"
          // This machine runs no code of attackers.
          + " mitigations=off"
          // An emulator must translate a program again if its addresses differ from the last run.
          + " norandmaps"
          // Modules that udev would load for this processor, and that no master needs.
          + " modprobe.blacklist=kvm_amd,kvm_intel,powernow_k8,aesni_intel,ata_piix,floppy";

  private final LabRequest request;
  private final Progress progress;
  private final Map<String, Machine> machines = new LinkedHashMap<>();
  private final List<String> masterLines = new ArrayList<>();
  private String masterFailure = "";
  private String masterStep = "starting";
  private boolean masterHeard;
  private boolean masterReady;

  private Lab(LabRequest request, Progress progress) {
    this.request = request;
    this.progress = progress;
  }

  /** Returns the Debian packages that a lab's master of the cluster consists of. */
  public static ImageSource.Debian master(Cluster cluster) {
    List<String> packages = new ArrayList<>(PACKAGES);
    if (cluster.profile() == Profile.SLURM) {
      packages.addAll(PACKAGES_FOR_SLURM);
    }
    if (cluster.monitoring().hasPrometheus()) {
      packages.add("prometheus");
    }
    if (cluster.masters().stream().anyMatch(m -> m.nfs() == NfsServer.GANESHA)) {
      packages.addAll(List.of("nfs-ganesha", "nfs-ganesha-vfs"));
    }
    if (cluster.networks().stream().anyMatch(n -> n.subnet6().isPresent())) {
      packages.add("kea-dhcp6-server");
    }
    return new ImageSource.Debian(
        "bookworm",
        Optional.of("amd64"),
        Optional.empty(),
        List.of(),
        List.copyOf(packages),
        List.of());
  }

  /**
   * Rejects a lab that cannot start on this machine, or cannot start at all, before any file is
   * created.
   *
   * @throws ProblemException with all problems found
   */
  public static void check(Cluster cluster, List<Node> nodes, LabOptions options)
      throws IOException {
    check(cluster, nodes, options, Host.thisOne());
  }

  static void check(Cluster cluster, List<Node> nodes, LabOptions options, Host host)
      throws IOException {
    List<Problem> problems = new ArrayList<>();
    if (nodes.size() > MOST_NODES) {
      problems.add(
          Problem.error(
              "%d nodes are too many for a lab".formatted(nodes.size()),
              "choose at most %d nodes with -Ddiskless.boot.nodes".formatted(MOST_NODES)));
    }
    problems.addAll(options.reboots().check(cluster));
    problems.addAll(options.starts().check(cluster, nodes));
    List<Start> starts = nodes.stream().flatMap(n -> options.startsOf(n).stream()).toList();
    Ovmf.DEBIAN.missing(starts.stream().map(Start::firmware).toList()).ifPresent(problems::add);
    try {
      host.missingRom(host.qemu(), starts).ifPresent(problems::add);
    } catch (ProblemException noQemu) {
      problems.addAll(noQemu.problems());
    }
    int atOnce = Math.min(options.atOnce(), nodes.size());
    host.missingMemory(atOnce, options.nodeMegabytes(), MASTER_MEGABYTES).ifPresent(problems::add);
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
  }

  /** Virtual machine of a node while the lab runs. */
  private static final class Machine {
    private final Node node;
    private NodeProgress nodeProgress;
    private final LogTail console;
    private final List<CheckResult> checks = new ArrayList<>();
    private Process process;
    private Start start;
    private int port;
    private long startedAt;
    private long stageAt;
    private Stage stage = Stage.POWER_ON;
    private final Map<Stage, Double> times = new EnumMap<>(Stage.class);
    private double secondsToUp;
    private double secondsAgain;
    private String check = "";
    private NodeReport report;

    Machine(Node node, NodeProgress nodeProgress, Path console) {
      this.node = node;
      this.nodeProgress = nodeProgress;
      this.console = new LogTail(console);
    }

    boolean isStarting() {
      return isRunning() && stage.compareTo(Stage.UP) < 0;
    }

    boolean isRunning() {
      return process != null && report == null;
    }

    boolean isInFirmware() {
      return isStarting()
          && stage.compareTo(Stage.POWER_ON) >= 0
          && stage.compareTo(Stage.KERNEL) <= 0
          && !nodeProgress.isKernelHeard();
    }

    boolean isRebooted() {
      return secondsToUp > 0 && stage.compareTo(Stage.UP) < 0;
    }
  }

  /**
   * Boots the nodes, checks them, and ends all machines.
   *
   * @param request the lab to run, which {@link #check} has accepted
   * @return the report of each node, in the requested order; the work folder contains these reports
   *     too
   * @throws ProblemException if a lab already runs in the work folder, or the master does not
   *     become ready
   */
  public static List<NodeReport> run(LabRequest request, Progress progress) throws IOException {
    return new Lab(request, progress).run();
  }

  private List<NodeReport> run() throws IOException {
    int atOnce = request.options().atOnce();
    if (atOnce < request.nodes().size() && request.needsAllAtOnce()) {
      throw new ProblemException(
          Problem.error(
              "jobs on all nodes, and a change of releases during jobs, need all %d nodes at once"
                  .formatted(request.nodes().size()),
              "choose at most %d nodes with -Ddiskless.boot.nodes".formatted(atOnce)));
    }
    String program = Host.thisOne().qemu();
    Files.createDirectories(request.work());
    Files.createDirectories(request.cache());
    try (FileChannel channel =
        FileChannel.open(
            request.work().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock(channel);
      return run(program);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the lab was interrupted");
    }
  }

  /** Locks the work folder until the channel is closed or the JVM ends. */
  private void lock(FileChannel channel) throws IOException {
    boolean ours;
    try {
      ours = channel.tryLock() != null;
    } catch (OverlappingFileLockException byAThreadOfThisJvm) {
      ours = false;
    }
    if (!ours) {
      throw new ProblemException(
          Problem.error(
              "a lab runs in " + request.work() + " already",
              "wait until it ends, or run this lab in another checkout"));
    }
  }

  private List<NodeReport> run(String program) throws IOException, InterruptedException {
    clear(request.work());
    Path kernel = MasterFiles.kernel(request);
    Path initrd = MasterFiles.initrd(request);
    Path disk = request.work().resolve("release.disk");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(RELEASE_DISK);
    }
    Path wires = wires(request.work());
    List<Path> sockets = new ArrayList<>();
    int cards = request.nodes().stream().mapToInt(n -> Cards.of(n).size()).sum();
    for (int port = 0; port <= cards; port++) {
      sockets.add(wires.resolve(Integer.toString(port)));
    }
    try (EthernetSwitch network = EthernetSwitch.open(sockets);
        LabProcesses processes = new LabProcesses(request.work())) {
      if (!processes.endWithTheJvm()) {
        progress.say(
            "lab: without setpriv of util-linux 2.33 or newer, the virtual machines continue"
                + " to run after a kill -9 of this build");
      }
      Accelerator accelerator =
          Qemu.accelerator(program, kernel, request.cache(), request.work(), processes, progress);
      QemuCommand qemu =
          new QemuCommand(
              program,
              accelerator,
              request.options().processor(),
              request.work(),
              network.sockets(),
              request.options().nodeMegabytes());
      progress.say(
          "lab: a master and %d node%s, with %s (logs: %s)"
              .formatted(
                  request.nodes().size(),
                  request.nodes().size() == 1 ? "" : "s",
                  accelerator,
                  request.work()));
      return boot(qemu, kernel, initrd, disk, processes);
    } finally {
      Files.deleteIfExists(disk);
      Files.deleteIfExists(initrd);
      for (Node node : request.nodes()) {
        Files.deleteIfExists(request.work().resolve(node.name() + ".vars"));
      }
      deleteFolder(wires);
    }
  }

  /**
   * Returns the folder for the sockets: a folder in the work folder, if the paths there are short
   * enough.
   */
  private static Path wires(Path work) throws IOException {
    Path own = work.resolve(WIRES);
    int longest = own.resolve(Integer.toString(MOST_NODES)).toString().getBytes(UTF_8).length;
    return longest <= LONGEST_SOCKET
        ? Files.createDirectories(own)
        : Files.createTempDirectory("diskless");
  }

  private List<NodeReport> boot(
      QemuCommand qemu, Path kernel, Path initrd, Path disk, LabProcesses processes)
      throws IOException, InterruptedException {
    for (Node node : request.nodes()) {
      machines.put(
          node.name(),
          new Machine(
              node,
              new NodeProgress(request.cluster(), node, Stage.POWER_ON),
              qemu.console(node.name())));
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
                request.earlier(),
                disk,
                MasterFiles.mac(request.cluster())),
            masterErrors);
    Duration masterLimit = request.options().limits().stretched(MASTER_LIMIT);
    boolean told = false;
    while (machines.values().stream().anyMatch(m -> m.report == null)) {
      Thread.sleep(POLL_MILLIS);
      for (String line : console.lines()) {
        String text = NodeProgress.plain(line);
        if (!text.isBlank()) {
          masterLines.add(text);
        }
      }
      for (String line : services.lines()) {
        machines.values().forEach(m -> m.nodeProgress.masterSays(line));
      }
      for (String line : control.lines()) {
        if (!masterHeard) {
          masterHeard = true;
          // QEMU has the disks open. Files without a name disappear when QEMU ends for any reason.
          Files.deleteIfExists(disk);
          Files.deleteIfExists(initrd);
        }
        hear(line);
      }
      if (!masterFailure.isEmpty()) {
        throw masterFailed(masterFailure);
      }
      if (!master.isAlive()) {
        throw masterFailed("its QEMU ended: " + Files.readString(masterErrors).strip());
      }
      if (masterReady) {
        if (!told) {
          told = true;
          progress.say("lab: the master is ready after %.0f s".formatted(secondsSince(begun)));
        }
        startNext(qemu, processes);
        for (Machine machine : machines.values()) {
          if (machine.process != null) {
            follow(machine, qemu, processes);
          }
        }
      } else if (secondsSince(begun) > masterLimit.toSeconds()) {
        throw masterFailed("it was not ready after " + masterLimit.toSeconds() + " s");
      }
    }
    return reports();
  }

  /** Returns the reports of the nodes that are done, in the requested order. */
  private List<NodeReport> reports() {
    return machines.values().stream().map(m -> m.report).filter(Objects::nonNull).toList();
  }

  /**
   * Switches on waiting nodes, up to three limits:
   *
   * <ul>
   *   <li>The nodes in their firmware do not exceed the number of processors.
   *   <li>The starting nodes do not exceed twice that number.
   *   <li>The running nodes do not exceed {@link LabOptions#atOnce}.
   * </ul>
   *
   * <p>Firmware and loaders wait for each packet in a loop. If they outnumber the processors, each
   * waits for its turn and treats an answer as lost. Starting more nodes at a lower speed does not
   * save time either.
   */
  private void startNext(QemuCommand qemu, LabProcesses processes) throws IOException {
    int port = 1;
    for (Machine machine : machines.values()) {
      if (machine.process == null) {
        int processors = Runtime.getRuntime().availableProcessors();
        if (count(Machine::isInFirmware) >= processors
            || count(Machine::isStarting) >= 2L * processors
            || count(Machine::isRunning) >= request.options().atOnce()) {
          return;
        }
        start(machine, port, request.options().startsOf(machine.node).get(0), qemu, processes);
      }
      port += Cards.of(machine.node).size();
    }
  }

  /**
   * Whether the machine must end when its system reboots, because its next start uses other
   * firmware or another device.
   */
  private boolean isOtherAfterReboot(Machine machine) {
    List<Start> starts = request.options().startsOf(machine.node);
    return !starts.get(starts.size() - 1).equals(machine.start);
  }

  private long count(Predicate<Machine> which) {
    return machines.values().stream().filter(which).count();
  }

  private void start(
      Machine machine, int port, Start start, QemuCommand qemu, LabProcesses processes)
      throws IOException {
    String name = machine.node.name();
    machine.start = start;
    machine.port = port;
    if (start.firmware().isUefi()) {
      Files.copy(
          Ovmf.DEBIAN.variables(start.firmware()),
          qemu.variables(name),
          StandardCopyOption.REPLACE_EXISTING);
    }
    List<String> macs = Cards.of(machine.node);
    machine.process =
        processes.start(
            qemu.node(name, macs, port, start, request.medium(), isOtherAfterReboot(machine)),
            request.work().resolve(name + ".qemu"));
    machine.startedAt = System.nanoTime();
    machine.stageAt = machine.startedAt;
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  /** Handles a line that the master's script sends to the host. */
  private void hear(String line) {
    String[] words = line.split("\t", -1);
    Machine machine = words.length > 1 ? machines.get(words[1]) : null;
    switch (words[0]) {
      case "READY" -> masterReady = true;
      case "STEP" -> masterStep = line.substring(line.indexOf('\t') + 1);
      case "FAILED" -> masterFailure = line.substring(line.indexOf('\t') + 1);
      case "UP" -> machine.nodeProgress.reach(Stage.UP);
      case "DONE" -> machine.nodeProgress.reach(Stage.CHECKED);
      case "JOBS" -> machine.nodeProgress.waitsFor(words[2]);
      case "ASKS" -> {
        machine.check = words[2];
        machine.stageAt = System.nanoTime();
      }
      case "REBOOT" -> {
        machine.nodeProgress = new NodeProgress(request.cluster(), machine.node, Stage.SHUTDOWN);
        machine.stage = Stage.SHUTDOWN;
        machine.stageAt = System.nanoTime();
        machine.startedAt = machine.stageAt;
      }
      case "CHECK" ->
          machine.checks.add(
              new CheckResult(
                  words[2],
                  Integer.parseInt(words[3]),
                  Long.parseLong(words[4]) / 1e3,
                  new String(Base64.getDecoder().decode(words[5]), StandardCharsets.UTF_8)));
      default -> throw new IllegalStateException("the lab's master reports: " + line);
    }
  }

  private void follow(Machine machine, QemuCommand qemu, LabProcesses processes)
      throws IOException {
    for (String line : machine.console.lines()) {
      machine.nodeProgress.consoleSays(line);
    }
    if (machine.report != null) {
      return;
    }
    Stage now = machine.nodeProgress.stage();
    Duration limit = request.options().limits().of(now);
    if (now != machine.stage) {
      arrive(machine, now);
    }
    if (now == Stage.CHECKED) {
      report(machine, List.of(), "");
    } else if (!machine.process.isAlive()
        && machine.stage.compareTo(Stage.POWER_ON) <= 0
        && machine.isRebooted()
        && isOtherAfterReboot(machine)) {
      List<Start> starts = request.options().startsOf(machine.node);
      machine.nodeProgress.reach(Stage.POWER_ON);
      start(machine, machine.port, starts.get(starts.size() - 1), qemu, processes);
    } else if (!machine.process.isAlive()) {
      Path errors = request.work().resolve(machine.node.name() + ".qemu");
      report(machine, why(machine, "its QEMU ended: " + Files.readString(errors).strip()), "");
    } else if (secondsSince(machine.stageAt) > limit.toSeconds()) {
      Diagnosis diagnosis =
          Diagnosis.of(request.cluster(), machine.node, machine.nodeProgress, machine.check);
      String what =
          "%s%s within %d s%s"
              .formatted(
                  machine.isRebooted() ? "after the reboot " : "",
                  now.stop(),
                  limit.toSeconds(),
                  diagnosis.what().isEmpty() ? "" : ": " + diagnosis.what());
      report(machine, why(machine, what), diagnosis.remedy());
    }
  }

  private void arrive(Machine machine, Stage now) {
    if (machine.stage == Stage.SHUTDOWN) {
      machine.startedAt = System.nanoTime();
    }
    double seconds = secondsSince(machine.startedAt);
    if (machine.secondsToUp == 0) {
      // A fast node passes several stages between two checks.
      for (Stage stage : Stage.values()) {
        if (stage == now || stage.compareTo(now) < 0 && machine.nodeProgress.wasAt(stage)) {
          machine.times.putIfAbsent(stage, seconds);
        }
      }
    }
    if (now.compareTo(Stage.UP) >= 0 && machine.stage.compareTo(Stage.UP) < 0) {
      boolean again = machine.secondsToUp > 0;
      if (again) {
        machine.secondsAgain = seconds;
      } else {
        machine.secondsToUp = seconds;
      }
      progress.say(
          "lab: %s is up%s after %.0f s"
              .formatted(machine.node.name(), again ? " again" : "", seconds));
    }
    machine.stage = now;
    machine.stageAt = System.nanoTime();
  }

  private static List<String> why(Machine machine, String what) {
    List<String> why = new ArrayList<>();
    why.add(what);
    machine.nodeProgress.failedUnits().forEach(u -> why.add("its console reports: " + u));
    indent(
        why,
        "last messages of the master's services about it:",
        machine.nodeProgress.masterLines());
    indent(why, "its console ends with:", machine.nodeProgress.lastLines());
    return why;
  }

  private static void indent(List<String> why, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      why.add(title);
      lines.forEach(l -> why.add("  " + l));
    }
  }

  /**
   * Reports a node, and writes the report to the disk at once, so that a later failure of a long
   * run does not lose it.
   */
  private void report(Machine machine, List<String> why, String remedy) throws IOException {
    double seconds =
        machine.secondsToUp > 0 ? machine.secondsToUp : secondsSince(machine.startedAt);
    machine.report =
        new NodeReport(
            machine.node.name(),
            machine.node.group().name(),
            machine.stage,
            seconds,
            machine.isRebooted() ? secondsSince(machine.startedAt) : machine.secondsAgain,
            machine.times,
            machine.checks,
            why,
            remedy,
            request.work().resolve(machine.node.name() + ".console"));
    machine.process.destroyForcibly();
    JunitXml.write(request.work(), machine.report);
    StageTable.write(request, reports());
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

  /** Removes the files of an earlier lab, so that they are not mistaken for files of this lab. */
  private static void clear(Path work) throws IOException {
    try (DirectoryStream<Path> old =
        Files.newDirectoryStream(work, "*.{console,lab,log,qemu,xml,tsv,initrd,disk,vars,part}")) {
      for (Path file : old) {
        Files.deleteIfExists(file);
      }
    }
    deleteFolder(work.resolve(WIRES));
  }

  private static void deleteFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.delete(folder);
  }
}
