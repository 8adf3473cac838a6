package dev.diskless.model;

import inet.ipaddr.IPAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A diskless cluster: masters (usually one) and the nodes that boot from them. Each network has one
 * master. The master of a node is the master of the node's network.
 *
 * @param name the cluster's name, an RFC 1123 label
 * @param domain DNS domain of all members; may be empty
 * @param version the version of the project; names the release
 * @param masters servers of DHCP, TFTP and NFS; at least one. All have the same directory, because
 *     a release has the same path on every master
 * @param networks do not overlap. With several masters, each network names its master
 * @param images by name, unique
 * @param groups by name, unique, inheritance already resolved
 * @param nodes in the order of the descriptor; names, MACs and addresses unique
 * @param resources free-form values for templates
 * @param profile program that distributes work to the nodes
 * @param monitoring collection of values of the nodes over time
 */
public record Cluster(
    @Key("cluster") String name,
    Optional<String> domain,
    String version,
    List<Master> masters,
    List<Network> networks,
    @Key(byName = true) List<Image> images,
    @Key(byName = true) List<Group> groups,
    List<Node> nodes,
    Map<String, Object> resources,
    @Key(defaultsTo = "none") Profile profile,
    @Key(defaultsTo = "none") Monitoring monitoring) {

  public Cluster {
    HostNames.requireLabel(name);
    Objects.requireNonNull(domain, "domain");
    Objects.requireNonNull(version, "version");
    masters = List.copyOf(masters);
    networks = new NetworkList(networks);
    images = List.copyOf(images);
    groups = List.copyOf(groups);
    nodes = List.copyOf(nodes);
    resources = Collections.unmodifiableMap(new LinkedHashMap<>(resources));
    Objects.requireNonNull(profile, "profile");
    Objects.requireNonNull(monitoring, "monitoring");
    if (masters.isEmpty() || masters.stream().map(Master::directory).distinct().count() > 1) {
      throw new IllegalArgumentException("no masters with one directory: " + masters);
    }
    if (masters.size() > 1 && networks.stream().anyMatch(n -> n.master().isEmpty())) {
      throw new IllegalArgumentException("several masters, and a network of none");
    }
  }

  /** Creates a cluster with one master and without a profile. */
  public Cluster(
      String name,
      Optional<String> domain,
      String version,
      Master master,
      List<Network> networks,
      List<Image> images,
      List<Group> groups,
      List<Node> nodes,
      Map<String, Object> resources) {
    this(
        name,
        domain,
        version,
        List.of(master),
        networks,
        images,
        groups,
        nodes,
        resources,
        Profile.NONE);
  }

  /** Creates a cluster without monitoring. */
  public Cluster(
      String name,
      Optional<String> domain,
      String version,
      List<Master> masters,
      List<Network> networks,
      List<Image> images,
      List<Group> groups,
      List<Node> nodes,
      Map<String, Object> resources,
      Profile profile) {
    this(
        name,
        domain,
        version,
        masters,
        networks,
        images,
        groups,
        nodes,
        resources,
        profile,
        Monitoring.NONE);
  }

  /** Whether one master serves all of it. */
  public boolean hasOneMaster() {
    return masters.size() == 1;
  }

  /**
   * Returns the only master.
   *
   * @throws IllegalStateException if the cluster has several masters; use {@link #perMaster}
   */
  public Master master() {
    if (!hasOneMaster()) {
      throw new IllegalStateException("several masters: " + masters);
    }
    return masters.get(0);
  }

  /** Returns the master of the node's network. */
  public Master masterOf(Node node) {
    return hasOneMaster() ? masters.get(0) : networkOf(node.address()).master().orElseThrow();
  }

  /**
   * Returns the cluster as each master serves it: with this master, its networks and its nodes
   * only.
   *
   * @return clusters in the order of the masters; this cluster itself if it has one master
   */
  public List<Cluster> perMaster() {
    if (hasOneMaster()) {
      return List.of(this);
    }
    Map<Master, List<Network>> itsNetworks = new HashMap<>();
    networks.forEach(
        n -> itsNetworks.computeIfAbsent(n.master().orElseThrow(), m -> new ArrayList<>()).add(n));
    Map<Master, List<Node>> itsNodes = new HashMap<>();
    nodes.forEach(n -> itsNodes.computeIfAbsent(masterOf(n), m -> new ArrayList<>()).add(n));
    return masters.stream()
        .map(
            m ->
                new Cluster(
                    name,
                    domain,
                    version,
                    List.of(m),
                    itsNetworks.getOrDefault(m, List.of()),
                    images,
                    groups,
                    itsNodes.getOrDefault(m, List.of()),
                    resources,
                    profile,
                    monitoring))
        .toList();
  }

  /**
   * Returns the cluster as one master serves it.
   *
   * @throws IllegalArgumentException if no master has this name
   */
  public Cluster ofMaster(String masterName) {
    return perMaster().stream()
        .filter(c -> c.master().name().equals(masterName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no master " + masterName));
  }

  /** Returns the image with this name. */
  public Image image(String imageName) {
    return images.stream()
        .filter(i -> i.name().equals(imageName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no image " + imageName));
  }

  /** Returns the images that at least one node uses, in the descriptor's order. */
  public List<Image> usedImages() {
    List<String> used = nodes.stream().map(n -> n.group().image()).distinct().toList();
    return images.stream().filter(i -> used.contains(i.name())).toList();
  }

  /** Returns the groups that have at least one node, in the descriptor's order. */
  public List<Group> usedGroups() {
    List<String> used = nodes.stream().map(n -> n.group().name()).distinct().toList();
    return groups.stream().filter(g -> used.contains(g.name())).toList();
  }

  /** Returns the node with this name; empty if it does not exist. */
  public Optional<Node> node(String nodeName) {
    return nodes.stream().filter(n -> n.name().equals(nodeName)).findFirst();
  }

  /** Returns the network that contains an address; empty if no network contains it. */
  public Optional<Network> findNetwork(IPAddress address) {
    return ((NetworkList) networks).containing(address);
  }

  /** Returns the network that contains a member's address. */
  public Network networkOf(IPAddress address) {
    return findNetwork(address)
        .orElseThrow(() -> new IllegalArgumentException(address + " is in no network"));
  }

  /**
   * Returns the IPv6 address of the member with an IPv4 address; empty if its network has no IPv6.
   */
  public Optional<IPAddress> address6(IPAddress address) {
    return findNetwork(address).flatMap(n -> n.address6(address));
  }

  /** Returns a name with the domain, or the name itself if the cluster has no domain. */
  public String qualified(String hostName) {
    return domain.map(d -> hostName + "." + d).orElse(hostName);
  }

  /** Returns the paths of this version on each master. */
  public ReleaseLayout release() {
    return new ReleaseLayout(masters.get(0).directory(), name, version);
  }

  /**
   * Returns a node's machine-id(5). It is the same in every release and different for every node.
   * It has the form of a random UUID (version 4), like those of systemd.
   */
  public String machineId(Node node) {
    byte[] digest;
    try {
      digest =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  ("diskless machine-id " + name + " " + node.mac().toColonDelimitedString())
                      .getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
    digest[6] = (byte) (digest[6] & 0x0F | 0x40);
    digest[8] = (byte) (digest[8] & 0x3F | 0x80);
    return HexFormat.of().formatHex(digest, 0, 16);
  }
}
