package dev.diskless.lab;

import dev.diskless.model.Cluster;
import dev.diskless.model.NfsMount;
import dev.diskless.model.Node;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Progress of a node's start, derived from the log lines of the master's services and from the
 * node's console. The stage moves backwards only if a file that the node requested is missing.
 *
 * <p>The patterns match the log lines of ISC dhcpd 4.4, Kea 2.2 and later, dnsmasq 2.90, tftpd-hpa
 * 5.2, nginx 1.22 and nfs-utils 2.6.
 */
final class NodeProgress {

  /** Control sequences of terminals, such as colours and cursor movements (ECMA-48). */
  private static final Pattern CONTROL = Pattern.compile("\u001B\\[[0-9;?]*[A-Za-z]|\r");

  private static final Pattern FAILED_UNIT =
      Pattern.compile("^\\[\\s*(?:FAILED|DEPEND|TIME)\\s*\\] (.*)");

  /** Line that systemd repeats while it waits. */
  private static final Pattern RUNNING_JOB =
      Pattern.compile("A (?:start|stop) job is running for (.+?) \\([^()]*\\)");

  /** First line of systemd. GRUB also prints a welcome. */
  private static final Pattern INIT =
      Pattern.compile("systemd\\[1\\]: systemd |Welcome to (?!GRUB)");

  /** Console lines that explain why a start stops. */
  private static final Pattern TELLING =
      Pattern.compile(
          "Security Violation|bad shim signature|prohibited by secure boot policy|PXE-E\\d\\d"
              + "|https?://ipxe\\.org/[0-9a-f]{8}|Invalid or corrupt kernel image|Booting kernel failed|Kernel panic - not syncing|[Ii]nitramfs unpacking failed"
              + "|Boot failed|Could not boot|^diskless: cannot |^diskless: the initramfs"
              + "|^ALERT!|You are in emergency mode|No init found|Out of memory|Could not find kernel image");

  /** Address that a DHCP server assigns, in the log lines of dhcpd, dnsmasq and Kea. */
  private static final Pattern OFFERED =
      Pattern.compile("(?:DHCPOFFER on |DHCPOFFER\\(\\S+\\) |: lease )(\\d+(?:\\.\\d+){3})");

  private static final int LINES_KEPT = 15;
  private static final int MASTER_LINES_KEPT = 6;
  private static final int TELLING_KEPT = 3;

  /** Prefix of the TFTP server's file names in the log lines of dnsmasq. */
  private static final String TFTP_ROOT = "/tftpboot/boot/";

  private final String mac;
  private boolean kernelHeard;
  private final String address;
  private final Pattern aboutIt;
  private final Pattern asked;
  private final Pattern sent;
  private final Pattern missing;
  private final Pattern fetchedOverHttp;
  private final Pattern refused;
  private final Pattern mounted;
  private final List<String> rootPaths;
  private final List<String> lastLines = new ArrayList<>();
  private final List<String> masterLines = new ArrayList<>();
  private final List<String> failedUnits = new ArrayList<>();
  private final List<String> telling = new ArrayList<>();
  private final Set<String> missingFiles = new LinkedHashSet<>();
  private final Set<String> refusedMounts = new LinkedHashSet<>();
  private final Set<String> fetched = new LinkedHashSet<>();
  private String lastAsked = "";
  private String server = "TFTP";
  private String otherAddress = "";
  private boolean heard;
  private String jobs = "";
  private final Set<Stage> reached = EnumSet.noneOf(Stage.class);
  private Stage stage;

  /**
   * @param from the present stage: {@link Stage#POWER_ON}, or {@link Stage#SHUTDOWN} before a
   *     reboot
   */
  NodeProgress(Cluster cluster, Node node, Stage from) {
    this.stage = from;
    this.mac = node.mac().toColonDelimitedString().toLowerCase(Locale.ROOT);
    this.address = node.address().toString();
    String its = "(?:::ffff:)?" + Pattern.quote(address) + "\\b";
    this.aboutIt = Pattern.compile("(?<![\\d.])" + Pattern.quote(address) + "(?![\\d.]*\\d)");
    this.asked = Pattern.compile("RRQ from " + its + " filename (\\S+)");
    this.sent = Pattern.compile("dnsmasq-tftp\\S* sent (\\S+) to " + its);
    this.missing =
        Pattern.compile("sending NAK \\(1, .*\\) to " + its + "|file (\\S+) not found for " + its);
    // The combined log format of nginx, whose file's lines the lab's master puts into its journal.
    this.fetchedOverHttp =
        Pattern.compile(
            "nginx\\S* " + its + " \\S+ \\S+ \\[[^]]*\\] \"(?:GET|HEAD) (\\S+) [^\"]*\" (\\d+)");
    this.mounted = Pattern.compile("authenticated mount request from " + its + ":\\d+ for (\\S+)");
    this.refused = Pattern.compile("refused mount request from " + its + " for (\\S+)");
    this.rootPaths =
        NfsMount.of(cluster, node).stream()
            .filter(NfsMount::isOfTheSystem)
            .map(NfsMount::source)
            .toList();
  }

  Stage stage() {
    return stage;
  }

  /** Whether the node has passed or reached the stage. */
  boolean wasAt(Stage other) {
    return reached.contains(other);
  }

  void reach(Stage other) {
    reached.add(other);
    if (other.compareTo(stage) > 0) {
      stage = other;
    }
  }

  /** Evaluates a log line of the master's DHCP, TFTP, HTTP or mount server. */
  void masterSays(String line) {
    boolean itsMac = line.toLowerCase(Locale.ROOT).contains(mac);
    if (!itsMac && !aboutIt.matcher(line).find()) {
      return;
    }
    keep(masterLines, line, MASTER_LINES_KEPT);
    if (itsMac) {
      heard = true;
      reach(Stage.POWER_ON);
      Matcher offer = OFFERED.matcher(line);
      if (offer.find()) {
        if (offer.group(1).equals(address)) {
          reach(Stage.OFFER);
        } else {
          otherAddress = offer.group(1);
        }
      }
    }
    Matcher question = asked.matcher(line);
    if (question.find()) {
      server = "TFTP";
      ask(question.group(1));
    }
    Matcher answer = sent.matcher(line);
    if (answer.find()) {
      missingFiles.remove(below(answer.group(1)));
      ask(answer.group(1));
    }
    Matcher none = missing.matcher(line);
    if (none.find()) {
      miss(none.group(1) == null ? lastAsked : none.group(1));
    }
    Matcher http = fetchedOverHttp.matcher(line);
    if (http.find()) {
      server = "HTTP";
      if (http.group(2).startsWith("2")) {
        ask(http.group(1));
      } else {
        miss(http.group(1));
      }
    }
    Matcher mount = mounted.matcher(line);
    if (mount.find() && rootPaths.contains(mount.group(1))) {
      reach(Stage.ROOT);
    }
    Matcher refusal = refused.matcher(line);
    if (refusal.find()) {
      refusedMounts.add(refusal.group(1));
    }
  }

  private void ask(String name) {
    String file = below(name);
    lastAsked = file;
    if (!missingFiles.contains(file)) {
      fetched.add(file);
      reach(isKernel(file) ? Stage.KERNEL : Stage.LOADER);
    }
  }

  /**
   * Notes a missing file, and moves the stage back if it relied on that file. Loaders also request
   * files that may be absent.
   */
  private void miss(String name) {
    String file = below(name);
    lastAsked = file;
    missingFiles.add(file);
    fetched.remove(file);
    if (stage == Stage.KERNEL && isKernel(file)) {
      stage = Stage.LOADER;
    }
    if (stage == Stage.LOADER && fetched.isEmpty()) {
      stage = Stage.OFFER;
    }
  }

  private static boolean isKernel(String file) {
    return file.endsWith("/vmlinuz");
  }

  private static String below(String file) {
    String name = file.startsWith(TFTP_ROOT) ? file.substring(TFTP_ROOT.length()) : file;
    return name.startsWith("/") ? name.substring(1) : name;
  }

  /** Evaluates a line of the node's own console. */
  void consoleSays(String line) {
    String text = plain(line);
    if (text.isBlank()) {
      return;
    }
    Matcher job = RUNNING_JOB.matcher(text);
    if (job.find()) {
      jobs = job.group(1);
      // systemd repeats this line twice a second, so it would displace all earlier lines.
      lastLines.removeIf(l -> RUNNING_JOB.matcher(l).find());
    }
    keep(lastLines, text, LINES_KEPT);
    if (TELLING.matcher(text).find()) {
      keep(telling, text.strip(), TELLING_KEPT);
    }
    if (text.contains("reboot: Restarting system")) {
      reach(Stage.POWER_ON);
    } else if (stage != Stage.SHUTDOWN) {
      if (text.contains("Linux version ")) {
        kernelHeard = true;
        reach(Stage.KERNEL);
      }
      if (INIT.matcher(text).find()) {
        reach(Stage.INIT);
      }
      Matcher failed = FAILED_UNIT.matcher(text);
      if (failed.find()) {
        failedUnits.add(failed.group(1));
      }
    }
  }

  private static void keep(List<String> lines, String line, int most) {
    lines.add(line);
    if (lines.size() > most) {
      lines.remove(0);
    }
  }

  static String plain(String line) {
    return CONTROL.matcher(line).replaceAll("").stripTrailing();
  }

  /**
   * Whether the console shows that the kernel runs. Never true if the kernel's console is not the
   * serial console.
   */
  boolean isKernelHeard() {
    return kernelHeard;
  }

  /** Sets the units that the node's init waits for, as the node reported over ssh. */
  void waitsFor(String units) {
    if (!units.isEmpty()) {
      jobs = units;
    }
  }

  List<String> lastLines() {
    return List.copyOf(lastLines);
  }

  /** Returns the kind of server that the node last requested a file from. */
  String server() {
    return server;
  }

  /** Returns the last log lines of the master's services about the node. */
  List<String> masterLines() {
    return List.copyOf(masterLines);
  }

  /** Returns the units that failed according to the init system. */
  List<String> failedUnits() {
    return List.copyOf(failedUnits);
  }

  /** Returns the console lines that explain why the start stops. */
  List<String> telling() {
    return List.copyOf(telling);
  }

  /** Whether a DHCP server received a request from the node's MAC address. */
  boolean isHeard() {
    return heard;
  }

  /** Returns an address that the node was offered and that is not its own. */
  Optional<String> otherAddress() {
    return Optional.of(otherAddress).filter(a -> !a.isEmpty());
  }

  /** Returns the file that the node requested last, if that file is missing. */
  Optional<String> missingFile() {
    return Optional.of(lastAsked).filter(missingFiles::contains);
  }

  /** Returns the paths whose mount the server refused. */
  List<String> refusedMounts() {
    return List.copyOf(refusedMounts);
  }

  /** Returns the units that the node's init waits for; empty if unknown. */
  String jobs() {
    return jobs;
  }
}
