package dev.diskless.master;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.bundle.BundleReader;
import dev.diskless.bundle.ManifestSections;
import dev.diskless.model.Access;
import dev.diskless.model.CentralLog;
import dev.diskless.model.Cluster;
import dev.diskless.model.ClusterJson;
import dev.diskless.model.DhcpServer;
import dev.diskless.model.Group;
import dev.diskless.model.Master;
import dev.diskless.model.Mount;
import dev.diskless.model.NameServer;
import dev.diskless.model.Node;
import dev.diskless.model.RootMode;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.tree.Entry;
import inet.ipaddr.IPAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requirements of a release that its master must meet.
 *
 * @param master master that serves the release
 * @param address6 IPv6 address that the master needs, if its network has IPv6
 * @param services services that read files of the release
 * @param tools programs that the installation runs, each with its Debian package
 * @param bytes maximum size of all files of the release, on a disk without shared files
 * @param served directories of this master that its nodes mount
 */
public record MasterNeeds(
    Master master,
    Optional<IPAddress> address6,
    List<Service> services,
    Map<String, String> tools,
    long bytes,
    List<ServedDirectory> served) {

  public MasterNeeds {
    services = List.copyOf(services);
    served = List.copyOf(served);
    tools = Collections.unmodifiableMap(new LinkedHashMap<>(tools));
  }

  /**
   * Returns the requirements of a bundle.
   *
   * @param master name of the master, if the bundle is for several; by default the master with an
   *     address of this machine
   * @throws ProblemException if the file is not a bundle, or its master is ambiguous
   */
  public static MasterNeeds ofBundle(Path bundle, Optional<String> master) throws IOException {
    return of(bundle, BundleReader.meta(bundle), master);
  }

  /** Returns the requirements of the active release. */
  public static MasterNeeds ofActive(MasterHost host) throws IOException {
    Path release = host.release(host.requireActive());
    Map<String, byte[]> meta = new HashMap<>();
    for (var file :
        List.of(
            BundleLayout.MANIFEST,
            BundleLayout.CLUSTER,
            BundleLayout.KEPT,
            BundleLayout.MASTER_NAME)) {
      Path path = release.resolve(file.raw());
      if (Files.exists(path)) {
        meta.put(file.rawName(), Files.readAllBytes(path));
      }
    }
    return of(
        release,
        meta,
        Optional.ofNullable(meta.get(BundleLayout.MASTER_NAME.rawName()))
            .map(name -> new String(name, UTF_8).strip()));
  }

  private static MasterNeeds of(Path what, Map<String, byte[]> meta, Optional<String> asked)
      throws IOException {
    try {
      Cluster whole =
          ClusterJson.read(new String(file(meta, BundleLayout.CLUSTER.rawName()), UTF_8));
      ManifestSections manifest = new ManifestSections(file(meta, BundleLayout.MANIFEST.rawName()));
      String name = whole.hasOneMaster() ? whole.master().name() : choose(whole, asked);
      Cluster cluster = whole.ofMaster(name);
      // An installed release contains only the files of its own master, in the default folder.
      String folder =
          whole.hasOneMaster() || manifest.names().contains("master") ? "master" : "masters";
      String below = folder.equals("master") ? "" : name + "/";
      List<String> files =
          manifest.entries(folder).values().stream()
              .filter(Entry::isFile)
              .map(entry -> entry.path().raw())
              .filter(file -> file.startsWith(below))
              .map(file -> "/" + file.substring(below.length()))
              .toList();
      String kept = new String(meta.getOrDefault(BundleLayout.KEPT.rawName(), new byte[0]), UTF_8);
      return new MasterNeeds(
          cluster.master(),
          cluster.address6(cluster.master().address()),
          Services.concerned(files),
          tools(cluster, kept),
          bytes(manifest, cluster),
          served(cluster));
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          Problem.error(
              what + " is damaged: " + e.getMessage(), "fetch it again, or activate it again"),
          e);
    }
  }

  private static List<ServedDirectory> served(Cluster cluster) {
    String directory = cluster.master().directory();
    String base = directory + "/" + cluster.name();
    Map<String, ServedDirectory> served = new LinkedHashMap<>();
    boolean hasTrees = cluster.nodes().stream().anyMatch(n -> n.group().root().hasPrivateTree());
    add(served, base + "/releases", directory, hasTrees);
    for (Group group : cluster.usedGroups()) {
      if (!group.keeping().state().isEmpty()) {
        add(served, base + "/state", directory, true);
      }
      if (group.log() == CentralLog.SHARED) {
        add(served, CentralLog.SHARED_DIRECTORY, CentralLog.SHARED_DIRECTORY, true);
      }
      for (Mount mount : group.mounts()) {
        if (mount.isFromMaster()) {
          boolean isWritable = mount.access() == Access.READ_WRITE;
          add(served, mount.path(), mount.path(), isWritable);
        }
      }
    }
    return List.copyOf(served.values());
  }

  private static void add(
      Map<String, ServedDirectory> served, String path, String volume, boolean isWritable) {
    served.merge(
        path,
        new ServedDirectory(path, volume, isWritable),
        (a, b) -> new ServedDirectory(path, volume, a.isWritable() || b.isWritable()));
  }

  private static byte[] file(Map<String, byte[]> meta, String name) {
    byte[] content = meta.get(name);
    if (content == null) {
      throw new IllegalArgumentException("it has no " + name);
    }
    return content;
  }

  private static String choose(Cluster cluster, Optional<String> asked) throws IOException {
    for (Master master : cluster.masters()) {
      boolean isIt =
          asked.isPresent()
              ? asked.get().equals(master.name())
              : NetworkInterface.getByInetAddress(
                      InetAddress.getByName(master.address().toString()))
                  != null;
      if (isIt) {
        return master.name();
      }
    }
    List<String> names = cluster.masters().stream().map(Master::name).toList();
    throw new ProblemException(
        asked
            .map(name -> "the bundle does not contain a master named " + name)
            .orElse("no address of this machine is one of the bundle's masters"),
        "choose one with -Ddiskless.master=: " + String.join(", ", names));
  }

  /** Returns the ports that a service of this master listens on. */
  List<Service.Port> ports(Service service) {
    if (service != Service.DNSMASQ) {
      return service.ports();
    }
    List<Service.Port> ports = new ArrayList<>();
    if (master.dhcp() == DhcpServer.DNSMASQ) {
      ports.addAll(service.ports());
    }
    if (master.dns() == NameServer.DNSMASQ) {
      ports.add(new Service.Port("udp", 53));
      ports.add(new Service.Port("tcp", 53));
    }
    return ports;
  }

  private static Map<String, String> tools(Cluster cluster, String kept) {
    Map<String, String> tools = new LinkedHashMap<>();
    tools.put("python3", "python3");
    tools.put("tar", "tar");
    tools.put("zstd", "zstd");
    if (kept.lines().anyMatch(l -> l.startsWith("host-keys\t"))) {
      tools.put("ssh-keygen", "openssh-client");
    }
    if (cluster.nodes().stream().anyMatch(n -> n.group().root() == RootMode.RAM)) {
      tools.put("mksquashfs", "squashfs-tools");
    }
    return tools;
  }

  /**
   * Returns the size of all layers, plus the size of the image for each node with a complete
   * private tree.
   */
  private static long bytes(ManifestSections manifest, Cluster cluster) {
    Map<String, Long> sizes = new HashMap<>();
    for (String section : manifest.names()) {
      sizes.put(
          section,
          manifest.entries(section).values().stream()
              .filter(Entry::isFile)
              .mapToLong(entry -> entry.content().dataSize())
              .sum());
    }
    long bytes = sizes.values().stream().mapToLong(Long::longValue).sum();
    for (Node node : cluster.nodes()) {
      if (node.group().root() == RootMode.FULL) {
        bytes += sizes.getOrDefault("images/" + node.group().image(), 0L);
      }
    }
    return bytes;
  }
}
