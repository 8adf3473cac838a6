package dev.diskless.master;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.bundle.BundleReader;
import dev.diskless.bundle.ManifestSections;
import dev.diskless.model.Access;
import dev.diskless.model.CentralLog;
import dev.diskless.model.DhcpServer;
import dev.diskless.model.NameServer;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
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
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a release asks of the master that is to serve it.
 *
 * @param name of the master
 * @param address that it has in the cluster's network
 * @param address6 that it has there, too, if the network has IPv6
 * @param interfaceName the NIC that has this address
 * @param proxyDhcp whether another DHCP server hands out the addresses
 * @param directory holds all clusters
 * @param dnsmasqLeases whether dnsmasq is its DHCP and TFTP server
 * @param dnsmasqNames whether dnsmasq is its name server
 * @param services that read what the release has for them
 * @param tools programs that the installation runs, each with the Debian package that has it
 * @param bytes of all its files on a disk that shares nothing, at most
 * @param served directories of this master that its nodes mount
 */
public record MasterNeeds(
    String name,
    String address,
    Optional<String> address6,
    String interfaceName,
    boolean proxyDhcp,
    String directory,
    boolean dnsmasqLeases,
    boolean dnsmasqNames,
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
   * Of a bundle.
   *
   * @param master which of several; by default the one that has an address of this machine
   * @throws ProblemException if it is no bundle, or for several masters and it is unclear which
   */
  public static MasterNeeds ofBundle(Path bundle, Optional<String> master) throws IOException {
    return of(bundle, BundleReader.meta(bundle), master);
  }

  /** Of the release that is active. */
  public static MasterNeeds ofActive(MasterHost host) throws IOException {
    Path release = host.release(host.requireActive());
    Map<String, byte[]> meta = new HashMap<>();
    for (var file :
        List.of(
            BundleLayout.MANIFEST,
            BundleLayout.CLUSTER,
            BundleLayout.TREES,
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
      JsonNode cluster = JsonMapper.shared().readTree(file(meta, BundleLayout.CLUSTER.rawName()));
      ManifestSections manifest = new ManifestSections(file(meta, BundleLayout.MANIFEST.rawName()));
      boolean one = cluster.has("master");
      JsonNode master = one ? cluster.path("master") : choose(cluster.path("masters"), asked);
      String name = master.path("name").asString();
      // A release that is installed has its own master's files only, and at the usual place.
      String folder = one || manifest.names().contains("master") ? "master" : "masters";
      String below = folder.equals("master") ? "" : name + "/";
      List<String> files =
          manifest.entries(folder).values().stream()
              .filter(Entry::isFile)
              .map(entry -> entry.path().raw())
              .filter(file -> file.startsWith(below))
              .map(file -> "/" + file.substring(below.length()))
              .toList();
      List<TreeOfNode> trees =
          TreeOfNode.parse(new String(file(meta, trees(meta, name)), UTF_8).lines().toList());
      String kept = new String(meta.getOrDefault(BundleLayout.KEPT.rawName(), new byte[0]), UTF_8);
      return new MasterNeeds(
          name,
          master.path("address").asString(),
          master.path("address6").asStringOpt(),
          master.path("interface").asString(),
          master.path("proxyDhcp").asBoolean(false),
          master.path("directory").asString(MasterHost.DIRECTORY),
          master.path("dhcp").asString("").equals(DhcpServer.DNSMASQ.keyword()),
          master.path("dns").asString("").equals(NameServer.DNSMASQ.keyword()),
          Services.concerned(files),
          tools(trees, kept),
          bytes(manifest, trees),
          served(cluster, master.path("directory").asString(MasterHost.DIRECTORY), trees));
    } catch (IllegalArgumentException | JacksonException e) {
      throw new ProblemException(
          Problem.error(
              what + " is damaged: " + e.getMessage(), "fetch it again, or activate it again"),
          e);
    }
  }

  /** The lines of a bundle for several masters are in the folder of each master. */
  private static String trees(Map<String, byte[]> meta, String master) {
    String ofMaster =
        BundleLayout.OF_MASTERS
            .resolve(TreePath.of(master))
            .resolve(BundleLayout.TREES.rawName())
            .rawName();
    return meta.containsKey(ofMaster) ? ofMaster : BundleLayout.TREES.rawName();
  }

  private static List<ServedDirectory> served(
      JsonNode cluster, String directory, List<TreeOfNode> trees) {
    String base = directory + "/" + cluster.path("cluster").asString();
    Map<String, ServedDirectory> served = new LinkedHashMap<>();
    boolean hasTrees = trees.stream().anyMatch(TreeOfNode::isPrivate);
    add(served, base + "/releases", directory, hasTrees);
    for (String name : trees.stream().map(TreeOfNode::group).distinct().toList()) {
      JsonNode group = cluster.path("groups").path(name);
      if (group.has("state")) {
        add(served, base + "/state", directory, true);
      }
      if (group.path("log").asString("").equals(CentralLog.SHARED.keyword())) {
        add(served, CentralLog.SHARED_DIRECTORY, CentralLog.SHARED_DIRECTORY, true);
      }
      for (JsonNode mount : group.path("mounts")) {
        if (!mount.has("from")) {
          String path = mount.path("path").asString();
          boolean isWritable =
              mount.path("access").asString("").equals(Access.READ_WRITE.keyword());
          add(served, path, path, isWritable);
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

  private static JsonNode choose(JsonNode masters, Optional<String> asked) throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode master : masters) {
      names.add(master.path("name").asString());
      boolean isIt =
          asked.isPresent()
              ? asked.get().equals(master.path("name").asString())
              : NetworkInterface.getByInetAddress(
                      InetAddress.getByName(master.path("address").asString()))
                  != null;
      if (isIt) {
        return master;
      }
    }
    throw new ProblemException(
        Problem.error(
            asked
                .map(name -> "the bundle does not contain a master named " + name)
                .orElse("no address of this machine is one of the bundle's masters"),
            "choose one with -Ddiskless.master=: " + String.join(", ", names)));
  }

  /** Where a service of this master listens. */
  List<Service.Port> ports(Service service) {
    if (service != Service.DNSMASQ) {
      return service.ports();
    }
    List<Service.Port> ports = new ArrayList<>();
    if (dnsmasqLeases) {
      ports.addAll(service.ports());
    }
    if (dnsmasqNames) {
      ports.add(new Service.Port("udp", 53));
      ports.add(new Service.Port("tcp", 53));
    }
    return ports;
  }

  private static Map<String, String> tools(List<TreeOfNode> trees, String kept) {
    Map<String, String> tools = new LinkedHashMap<>();
    tools.put("python3", "python3");
    tools.put("tar", "tar");
    tools.put("zstd", "zstd");
    if (kept.lines().anyMatch(l -> l.startsWith("host-keys\t"))) {
      tools.put("ssh-keygen", "openssh-client");
    }
    if (trees.stream().anyMatch(t -> t.root().equals("ram"))) {
      tools.put("mksquashfs", "squashfs-tools");
    }
    return tools;
  }

  /** All layers once, and for each node with a whole tree of its own its image once more. */
  private static long bytes(ManifestSections manifest, List<TreeOfNode> trees) {
    Map<String, Long> sizes = new HashMap<>();
    for (String section : manifest.names()) {
      sizes.put(
          section,
          manifest.entries(section).values().stream()
              .filter(Entry::isFile)
              .mapToLong(entry -> entry.content().size())
              .sum());
    }
    long bytes = sizes.values().stream().mapToLong(Long::longValue).sum();
    for (TreeOfNode tree : trees) {
      if (tree.root().equals("full")) {
        bytes += sizes.getOrDefault("images/" + tree.image(), 0L);
      }
    }
    return bytes;
  }
}
