package dev.diskless.master;

import dev.diskless.host.SearchPath;
import dev.diskless.master.Listeners.Listener;
import dev.diskless.problem.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Result of testing whether a machine meets the requirements of a release's master. The test runs
 * all checks before the installation, and changes nothing.
 *
 * @param well requirements that are met, with a line for each
 * @param problems requirements that are not met; warnings if a check was not possible
 */
public record Preflight(List<String> well, List<Problem> problems) {

  public Preflight {
    well = List.copyOf(well);
    problems = List.copyOf(problems);
  }

  /**
   * Runs all checks.
   *
   * @param root directory that contains the master's file system; usually {@code /}. With another
   *     directory, addresses and the network are not checked
   * @param wait how long to wait for answers of other DHCP servers; if empty, the network is not
   *     probed
   * @param acceptSharedFileSystem whether directories that nodes can write may share a file system
   *     with the master's own system. Not checked with another root, because that root is not
   *     served
   */
  public static Preflight of(
      MasterNeeds needs, Path root, Optional<Duration> wait, boolean acceptSharedFileSystem)
      throws IOException {
    Look look = new Look(needs, root);
    look.atPrograms();
    look.atPorts();
    look.atTheKernel();
    look.atTheDisk();
    look.atTheBootDirectory();
    if (root.equals(Path.of("/"))) {
      look.atTheAddress();
      look.atTheFileSystems(MountTable.ofThisMachine(), acceptSharedFileSystem);
    }
    if (wait.isPresent()) {
      look.atTheWire(wait.get());
    }
    return new Preflight(look.well, look.problems);
  }

  private static final class Look {

    private final MasterNeeds needs;
    private final Path root;
    private final List<String> well = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private Look(MasterNeeds needs, Path root) {
      this.needs = needs;
      this.root = root;
    }

    private void error(String what, String remedy) {
      problems.add(Problem.error(what, remedy));
    }

    private void atPrograms() {
      for (Service service : needs.services()) {
        at(service.program(), service.debianPackage());
      }
      needs.tools().forEach(this::at);
    }

    private void at(String program, String debianPackage) {
      if (SearchPath.below(root).find(program).isPresent()) {
        well.add(program + " is installed");
      } else {
        error(program + " is missing", "apt-get install " + debianPackage);
      }
    }

    private void atPorts() throws IOException {
      List<Integer> ports =
          needs.services().stream()
              .flatMap(s -> needs.ports(s).stream())
              .map(Service.Port::number)
              .distinct()
              .toList();
      List<Listener> listeners = Listeners.on(root, ports);
      for (Service service : needs.services()) {
        for (Service.Port port : needs.ports(service)) {
          List<Listener> all =
              listeners.stream()
                  .filter(l -> l.protocol().equals(port.protocol()) && l.port() == port.number())
                  .filter(
                      l ->
                          l.isAnywhere()
                              || l.address()
                                  .equals(kernelForm(needs.master().address().toString())))
                  .toList();
          List<Listener> others = all.stream().filter(l -> !isOf(service, l)).toList();
          if (others.isEmpty()) {
            well.add(
                "%s port %d is %s %s"
                    .formatted(
                        port.protocol(),
                        port.number(),
                        all.isEmpty() ? "free for" : "that of",
                        service.unit()));
          }
          others.stream()
              .map(Listener::program)
              .distinct()
              .forEach(
                  program ->
                      error(
                          "%s port %d, which %s needs, is taken by %s"
                              .formatted(
                                  port.protocol(),
                                  port.number(),
                                  service.unit(),
                                  program.orElse("a program that only root can see")),
                          program
                              .map(p -> "stop the service of " + p + ", and disable it")
                              .orElse("run Maven as root to see the program")));
        }
      }
    }

    /** The kernel's own sockets have no program. */
    private static boolean isOf(Service service, Listener listener) {
      return listener
          .program()
          .map(p -> p.equals(service.program()) || service.program().startsWith(p))
          .orElse(service == Service.NFS);
    }

    /** Returns an address in the form of proc_net_tcp: the bytes of a little-endian number. */
    private static String kernelForm(String address) {
      StringBuilder hexadecimal = new StringBuilder();
      for (String number : address.split("\\.")) {
        hexadecimal.insert(0, "%02X".formatted(Integer.parseInt(number)));
      }
      return hexadecimal.toString();
    }

    private void atTheKernel() throws IOException {
      if (!needs.services().contains(Service.NFS)) {
        return;
      }
      if (hasLine(root.resolve("proc/filesystems"), "\tnfsd") || isModule("nfsd.ko")) {
        well.add("the kernel has an NFS server");
      } else {
        error(
            "the running kernel has no NFS server, neither built in nor as a module",
            "start a kernel with CONFIG_NFSD, such as linux-image-amd64, or write nfs: ganesha");
      }
    }

    private static boolean hasLine(Path file, String end) throws IOException {
      return Files.isReadable(file)
          && Files.readAllLines(file).stream().anyMatch(l -> l.endsWith(end));
    }

    private boolean isModule(String name) throws IOException {
      Path release = root.resolve("proc/sys/kernel/osrelease");
      if (!Files.isReadable(release)) {
        return false;
      }
      Path modules = root.resolve("lib/modules").resolve(Files.readString(release).strip());
      for (String list : List.of("modules.builtin", "modules.dep")) {
        Path file = modules.resolve(list);
        if (Files.isReadable(file)
            && Files.readAllLines(file).stream().anyMatch(l -> l.contains("/" + name))) {
          return true;
        }
      }
      return false;
    }

    private void atTheDisk() throws IOException {
      Path place = root.resolve(needs.master().directory().substring(1));
      Path there = place;
      while (!Files.exists(there)) {
        there = there.getParent();
      }
      long free = Files.getFileStore(there).getUsableSpace();
      String says =
          "%,.0f MB are free for %s, and the release has %,.0f MB at most"
              .formatted(free / 1e6, place, needs.bytes() / 1e6);
      if (free >= needs.bytes()) {
        well.add(says);
      } else {
        problems.add(
            Problem.warning(
                says,
                "mount a larger disk there. The release needs less if releases share files,"
                    + " or if the file system has reflinks"));
      }
    }

    /** TFTP and HTTP serve this name, and a switch of releases replaces it. */
    private void atTheBootDirectory() {
      Path boot = root.resolve("tftpboot");
      if (Files.exists(boot, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(boot)) {
        error(boot + " exists and is not a link to a release", "mv " + boot + " " + boot + ".old");
      }
    }

    private void atTheFileSystems(MountTable mounts, boolean isAccepted) throws IOException {
      List<Problem> shared =
          new SharedFileSystems(root, mounts).problems(needs.served(), isAccepted);
      problems.addAll(shared);
      if (shared.isEmpty()) {
        well.add("no directory of nodes is on a file system of the master's own system");
      }
    }

    private void atTheAddress() throws IOException {
      NetworkInterface card =
          NetworkInterface.getByInetAddress(
              InetAddress.getByName(needs.master().address().toString()));
      if (card == null) {
        error(
            "no interface has the master's address " + needs.master().address().toString(),
            "give it to " + needs.master().interfaceName() + ", or run the goal on the master");
      } else if (!card.getName().equals(needs.master().interfaceName())) {
        error(
            "the master's address %s is on %s, but the descriptor has interface: %s"
                .formatted(
                    needs.master().address().toString(),
                    card.getName(),
                    needs.master().interfaceName()),
            "write interface: " + card.getName() + ", and package again");
      } else if (!card.isUp()) {
        error(card.getName() + " is down", "ip link set " + card.getName() + " up");
      } else {
        well.add(
            "%s has the address %s".formatted(card.getName(), needs.master().address().toString()));
      }
      if (needs.address6().isPresent()
          && NetworkInterface.getByInetAddress(
                  InetAddress.getByName(needs.address6().get().toString()))
              == null) {
        error(
            "no interface has the master's IPv6 address " + needs.address6().get().toString(),
            "give it to "
                + needs.master().interfaceName()
                + "; DHCPv6 does not start without it it it");
      }
    }

    private void atTheWire(Duration wait) {
      Optional<TreeMap<String, String>> answers;
      try {
        answers = DhcpProbe.ask(InetAddress.getByName(needs.master().address().toString()), wait);
      } catch (IOException e) {
        problems.add(
            Problem.warning(
                "Not checked: the search for other DHCP servers failed: " + e.getMessage(),
                "run the goal on the master, with the interface up"));
        return;
      }
      if (answers.isEmpty()) {
        problems.add(
            Problem.warning(
                "Not checked: the search for other DHCP servers needs root and UDP port 68,"
                    + " which no DHCP client may use",
                "run Maven as root, and give the master a fixed address"));
        return;
      }
      TreeMap<String, String> others = answers.get();
      others.remove(needs.master().address().toString());
      if (needs.master().proxyDhcp() && others.isEmpty()) {
        error(
            "no other DHCP server answers on "
                + needs.master().interfaceName()
                + ", but proxyDhcp needs one",
            "check that server, or write proxyDhcp: false");
      } else if (needs.master().proxyDhcp() || others.isEmpty()) {
        well.add(
            others.isEmpty()
                ? "no other DHCP server answers on " + needs.master().interfaceName()
                : "the DHCP server " + others.firstKey() + " answers, as proxyDhcp needs");
      } else {
        for (Map.Entry<String, String> other : others.entrySet()) {
          error(
              "another DHCP server answers on %s: %s, which offers %s"
                  .formatted(needs.master().interfaceName(), other.getKey(), other.getValue()),
              "stop that server, or let it assign the addresses, with dhcp: dnsmasq and"
                  + " proxyDhcp: true");
        }
      }
    }
  }
}
