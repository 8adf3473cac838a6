package dev.diskless.template;

import dev.diskless.model.AddressRun;
import dev.diskless.model.BootEntry;
import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.model.Export;
import dev.diskless.model.FstabLine;
import dev.diskless.model.Group;
import dev.diskless.model.Hardware;
import dev.diskless.model.Link;
import dev.diskless.model.Loader;
import dev.diskless.model.Master;
import dev.diskless.model.Monitoring;
import dev.diskless.model.Network;
import dev.diskless.model.NfsMount;
import dev.diskless.model.Node;
import dev.diskless.model.NodeRun;
import dev.diskless.model.Part;
import dev.diskless.model.ReleaseLayout;
import inet.ipaddr.IPAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Variables of templates. Templates read records of the model and of this class with {@link
 * dev.diskless.model.RecordProperty}. Keywords have the form of the descriptor, and an absent value
 * is null. The records of this class add derived values. {@code docs/templates.md} describes all
 * names. Rename a component only together with that page.
 */
public final class TemplateModel {

  /**
   * Value of {@code $cluster}.
   *
   * @param name name of the cluster
   * @param domain DNS domain; null if the descriptor has none
   * @param version version of the release
   * @param dns DNS servers; null if the networks have different DNS servers
   * @param profile keyword of the profile
   * @param monitoring keyword of the monitoring
   * @param resources free values of the descriptor, which templates cannot change
   */
  public record ClusterView(
      String name,
      String domain,
      String version,
      List<IPAddress> dns,
      String profile,
      String monitoring,
      Map<String, Object> resources) {}

  /**
   * Value of {@code $master}, and an item of {@code $masters}.
   *
   * @param master master of the model
   * @param fqdn name with the domain, if the cluster has a domain
   * @param address6 IPv6 address; empty without an IPv6 subnet
   */
  public record MasterView(@Part Master master, String fqdn, Optional<IPAddress> address6) {}

  /**
   * Item of {@code $networks}, and the value of {@code $network}.
   *
   * @param network network of the model
   * @param address IPv4 address of the network
   * @param number the same address as a number
   * @param broadcast IPv4 broadcast address
   * @param leaseDefault default lease time of DHCP in seconds
   * @param leaseMax maximum lease time of DHCP in seconds
   * @param address6 IPv6 address of the network; null without an IPv6 subnet
   * @param prefixLength6 prefix length of the IPv6 subnet in bits; null without an IPv6 subnet
   */
  public record NetworkView(
      @Part Network network,
      String address,
      long number,
      String broadcast,
      long leaseDefault,
      long leaseMax,
      String address6,
      Integer prefixLength6) {}

  /**
   * Item of {@code $images}.
   *
   * @param name name of the image
   */
  public record ImageView(String name) {}

  /**
   * Item of {@code $groups}, and the value of {@code $group}.
   *
   * @param group group of the model
   * @param hardware hardware of the group
   * @param resources resources of the cluster, overridden by the resources of the group
   */
  public record GroupView(
      @Part Group group, @Part Hardware hardware, Map<String, Object> resources) {

    @Override
    public String toString() {
      return group.name();
    }
  }

  /**
   * Value of {@code $link}, and an item of {@code $links}. In templates of a group, the address is
   * always null.
   *
   * @param link network interface of the model
   * @param kind {@code card}, {@code bond} or {@code vlan}
   * @param bondMembers names of the interfaces in a bond; empty for other kinds
   * @param bondMode mode of a bond; null for other kinds
   * @param vlanId number of a VLAN; null for other kinds
   * @param vlans names of the VLANs on this interface
   * @param address address of the node on this interface; null if it has none
   * @param prefixLength prefix length of the address in bits; null if the address has none
   * @param netmask netmask of an IPv4 address; null for other addresses
   * @param ipv6 whether the address is an IPv6 address
   */
  public record LinkView(
      @Part Link link,
      String kind,
      List<String> bondMembers,
      String bondMode,
      Integer vlanId,
      List<String> vlans,
      String address,
      Integer prefixLength,
      String netmask,
      boolean ipv6) {}

  /**
   * Item of {@code $members}.
   *
   * @param name name of a group
   * @param nodes nodes of the group and of the groups that extend it; not empty
   */
  public record MembersView(String name, List<NodeView> nodes) {}

  /**
   * Item of {@code $runs}: nodes of one group with consecutive names and addresses.
   *
   * @param names names of the nodes, in the form of {@link NodeRun#names()}
   * @param addresses addresses of the nodes, in the form of {@link NodeRun#addresses()}
   * @param first first node
   * @param count number of nodes
   * @param group group of the nodes
   */
  public record RunView(
      String names, String addresses, NodeView first, int count, GroupView group) {}

  /**
   * Item of {@code $addressRuns}: consecutive addresses of nodes.
   *
   * @param first first address
   * @param count number of addresses
   */
  public record AddressRunView(String first, int count) {}

  /**
   * Item of {@code $nodes}, and the value of {@code $node}.
   *
   * @param node node of the model
   * @param fqdn name with the domain, if the cluster has a domain
   * @param address6 IPv6 address; empty without an IPv6 subnet
   * @param hexip IPv4 address in eight upper-case hexadecimal digits, as PXELINUX looks for it
   * @param machineId content of {@code /etc/machine-id} (machine-id(5))
   * @param rootPath NFS server and path of the root; null if the node mounts no root over NFS
   * @param group group of the node
   * @param network network of the node's address
   * @param resources resources of the group, overridden by the resources of the node
   */
  public record NodeView(
      @Part Node node,
      String fqdn,
      Optional<IPAddress> address6,
      String hexip,
      String machineId,
      String rootPath,
      GroupView group,
      NetworkView network,
      Map<String, Object> resources) {

    @Override
    public String toString() {
      return node.name();
    }
  }

  /**
   * Value of {@code $release}.
   *
   * @param path path of the release on the master
   * @param boot path of the boot files below the TFTP root
   */
  public record ReleaseView(String path, String boot) {}

  /**
   * Item of {@code $bootMethods}.
   *
   * @param name keyword of the boot method
   * @param script HTTP address of the script that the loader reads; null if it reads none
   * @param biosLoader path of the loader for BIOS below the TFTP root; null if there is none
   * @param loaders loaders of the boot method
   * @param nodes nodes with this boot method; not empty
   */
  public record BootMethodView(
      String name, String script, String biosLoader, List<Loader> loaders, List<NodeView> nodes) {}

  /**
   * Item of {@code $subnets}.
   *
   * @param network network
   * @param nodes nodes in the network; may be empty
   */
  public record SubnetView(NetworkView network, List<NodeView> nodes) {}

  /**
   * Item of {@code $shares}.
   *
   * @param path exported path
   * @param exports all exports of the path
   */
  public record ShareView(String path, List<Export> exports) {}

  /**
   * Value of {@code $page}: who may open the page of the cluster.
   *
   * @param viewers networks that may open it
   * @param closed networks of nodes that may not, even if {@code viewers} contains them
   * @param ipv6 whether a network of viewers is an IPv6 network
   */
  public record PageView(List<IPAddress> viewers, List<IPAddress> closed, boolean ipv6) {}

  /** Variables of the templates of a group, in addition to the common variables. */
  static final Set<String> GROUP_VARIABLES = Set.of("header", "group", "mounts", "links", "link");

  /** Variables of the templates of a node, in addition to the common variables. */
  static final Set<String> NODE_VARIABLES =
      Set.of(
          "header", "group", "mounts", "links", "link", "master", "node", "network", "fstab",
          "boot");

  /** Tokens in the path of a boot template. Each token is between two {@code @}. */
  static final Set<String> TOKENS = Set.of("name", "mac", "address", "hexip");

  /** Token in the path of a template of a group or node: the name of the network interface. */
  static final String INTERFACE_TOKEN = "interface";

  /** Token in the path of a template that is rendered once for each item of {@code $links}. */
  static final String LINK_TOKEN = "link";

  private final Cluster cluster;
  private final ClusterView clusterView;
  private final MasterView master;
  private final List<MasterView> masters;
  private final List<NetworkView> networks;
  private final List<ImageView> images;
  private final ReleaseView release;
  private final Map<String, GroupView> groups = new LinkedHashMap<>();
  private final Map<String, NodeView> nodes = new LinkedHashMap<>();
  private final List<RunView> runs;
  private final List<AddressRunView> addressRuns;
  private final List<MembersView> members;
  private final PageView page;

  TemplateModel(Cluster cluster) {
    this(cluster, cluster);
  }

  /**
   * Creates the variables of a cluster as one master serves it.
   *
   * @param whole the same cluster with all its masters
   */
  TemplateModel(Cluster cluster, Cluster whole) {
    this.cluster = cluster;
    this.page = page(whole);
    Map<String, Object> resources = frozen(cluster.resources());
    Map<Network, NetworkView> networkViews = new LinkedHashMap<>();
    cluster.networks().forEach(n -> networkViews.put(n, view(n)));
    this.networks = List.copyOf(networkViews.values());
    this.clusterView =
        new ClusterView(
            cluster.name(),
            cluster.domain().orElse(null),
            cluster.version(),
            commonDns(networks),
            cluster.profile().keyword(),
            cluster.monitoring().with().keyword(),
            resources);
    this.masters = cluster.masters().stream().map(m -> view(cluster, m)).toList();
    this.master = cluster.hasOneMaster() ? masters.get(0) : null;
    this.images = cluster.images().stream().map(i -> new ImageView(i.name())).toList();
    ReleaseLayout layout = cluster.release();
    this.release = new ReleaseView(layout.path(), layout.boot());
    cluster.groups().forEach(g -> groups.put(g.name(), view(g, resources)));
    for (Node node : cluster.nodes()) {
      GroupView group =
          groups.computeIfAbsent(node.group().name(), n -> view(node.group(), resources));
      NetworkView network = networkViews.get(cluster.networkOf(node.address()));
      nodes.put(node.name(), view(node, group, network));
    }
    this.runs =
        NodeRun.of(cluster.nodes()).stream()
            .map(
                r ->
                    new RunView(
                        r.names(),
                        r.addresses(),
                        nodes.get(r.first().name()),
                        r.nodes().size(),
                        groups.get(r.first().group().name())))
            .toList();
    this.addressRuns =
        AddressRun.of(cluster.nodes()).stream()
            .map(r -> new AddressRunView(r.first().toString(), r.count()))
            .toList();
    Map<String, List<NodeView>> byGroup = new LinkedHashMap<>();
    cluster.groups().forEach(g -> byGroup.put(g.name(), new ArrayList<>()));
    for (Node node : cluster.nodes()) {
      for (String each : node.group().lineage()) {
        byGroup.computeIfAbsent(each, n -> new ArrayList<>()).add(nodes.get(node.name()));
      }
    }
    this.members =
        byGroup.entrySet().stream()
            .filter(e -> !e.getValue().isEmpty())
            .map(e -> new MembersView(e.getKey(), List.copyOf(e.getValue())))
            .toList();
  }

  private static PageView page(Cluster whole) {
    Monitoring monitoring = whole.monitoring();
    List<IPAddress> closed = new ArrayList<>();
    if (!monitoring.viewers().isEmpty() && !monitoring.openToNodes()) {
      for (Network network : whole.networks()) {
        closed.add(network.subnet());
        network.subnet6().ifPresent(closed::add);
      }
    }
    return new PageView(
        monitoring.viewers(),
        List.copyOf(closed),
        monitoring.viewers().stream().anyMatch(IPAddress::isIPv6));
  }

  private static List<IPAddress> commonDns(List<NetworkView> networks) {
    List<List<IPAddress>> different =
        networks.stream().map(n -> n.network().dns()).distinct().toList();
    return different.size() == 1 ? different.get(0) : null;
  }

  private static MasterView view(Cluster cluster, Master master) {
    return new MasterView(
        master, cluster.qualified(master.name()), cluster.address6(master.address()));
  }

  private static NetworkView view(Network network) {
    return new NetworkView(
        network,
        network.networkAddress().toString(),
        network.networkAddress().getValue().longValueExact(),
        network.broadcastAddress().toString(),
        network.lease().standard().toSeconds(),
        network.lease().max().toSeconds(),
        network.subnet6().map(s -> s.getLower().withoutPrefixLength().toString()).orElse(null),
        network.subnet6().map(IPAddress::getNetworkPrefixLength).orElse(null));
  }

  private static GroupView view(Group group, Map<String, Object> clusterResources) {
    return new GroupView(group, group.hardware(), over(clusterResources, group.resources()));
  }

  private NodeView view(Node node, GroupView group, NetworkView network) {
    String rootPath =
        NfsMount.of(cluster, node).stream()
            .filter(NfsMount::isOfTheSystem)
            .findFirst()
            // A boot entry contains the release. Loaders and kernels without a boot entry use this
            // path.
            .map(m -> m.server() + ":" + cluster.release().inActive(m.source()))
            .orElse(null);
    StringBuilder hexip = new StringBuilder();
    for (byte b : node.address().getBytes()) {
      hexip.append(String.format("%02X", b & 0xFF));
    }
    return new NodeView(
        node,
        cluster.qualified(node.name()),
        cluster.address6(node.address()),
        hexip.toString(),
        cluster.machineId(node),
        rootPath,
        group,
        network,
        over(group.resources(), node.resources()));
  }

  private static Map<String, Object> over(Map<String, Object> below, Map<String, Object> above) {
    if (above.isEmpty()) {
      return below;
    }
    Map<String, Object> both = new LinkedHashMap<>(below);
    both.putAll(frozen(above));
    return Collections.unmodifiableMap(both);
  }

  /** Returns a deep copy that templates cannot change. */
  private static Map<String, Object> frozen(Map<?, ?> map) {
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), frozenValue(value)));
    return Collections.unmodifiableMap(copy);
  }

  private static Object frozenValue(Object value) {
    if (value instanceof Map<?, ?> map) {
      return frozen(map);
    }
    if (value instanceof Iterable<?> items) {
      List<Object> copy = new ArrayList<>();
      items.forEach(item -> copy.add(frozenValue(item)));
      return Collections.unmodifiableList(copy);
    }
    return value == null || value instanceof Number || value instanceof Boolean
        ? value
        : value.toString();
  }

  GroupView group(String name) {
    return groups.get(name);
  }

  NodeView node(String name) {
    return nodes.get(name);
  }

  /** Returns the common variables of all templates. */
  Map<String, Object> common() {
    Map<String, Object> variables = new HashMap<>();
    variables.put("cluster", clusterView);
    if (master != null) {
      variables.put("master", master);
    }
    variables.put("masters", masters);
    variables.put("networks", networks);
    variables.put("images", images);
    variables.put("groups", List.copyOf(groups.values()));
    variables.put("nodes", List.copyOf(nodes.values()));
    variables.put("runs", runs);
    variables.put("addressRuns", addressRuns);
    variables.put("members", members);
    variables.put("release", release);
    variables.put("resources", clusterView.resources());
    variables.put("text", new TemplateText());
    return variables;
  }

  /** Returns the variables of a master's templates. The cluster must have exactly one master. */
  Map<String, Object> ofMaster() {
    Map<String, Object> variables = new HashMap<>();
    variables.put("master", master);
    variables.put("page", page);
    variables.put("networks", networks);
    variables.put("nodes", List.copyOf(nodes.values()));
    variables.put("runs", runs);
    variables.put("addressRuns", addressRuns);
    variables.put("members", members);
    List<Export> exports = Export.of(cluster);
    variables.put("exports", exports);
    Map<String, List<Export>> byPath = new LinkedHashMap<>();
    exports.forEach(e -> byPath.computeIfAbsent(e.path(), p -> new ArrayList<>()).add(e));
    variables.put(
        "shares",
        byPath.entrySet().stream()
            .map(e -> new ShareView(e.getKey(), List.copyOf(e.getValue())))
            .toList());
    List<BootMethodView> methods = new ArrayList<>();
    for (BootMethod method : BootMethod.values()) {
      List<NodeView> its =
          nodes.values().stream().filter(n -> n.node().group().boot() == method).toList();
      if (!its.isEmpty()) {
        methods.add(
            new BootMethodView(
                method.keyword(),
                method
                    .script()
                    .map(s -> "http://" + master.master().address() + "/" + s)
                    .orElse(null),
                method.biosLoader().orElse(null),
                method.loaders(),
                its));
      }
    }
    variables.put("bootMethods", List.copyOf(methods));
    variables.put(
        "architectures",
        methods.stream()
            .flatMap(m -> m.loaders().stream())
            .map(Loader::architecture)
            .distinct()
            .sorted()
            .toList());
    Map<NetworkView, List<NodeView>> members = new IdentityHashMap<>();
    nodes
        .values()
        .forEach(n -> members.computeIfAbsent(n.network(), x -> new ArrayList<>()).add(n));
    variables.put(
        "subnets",
        networks.stream()
            .map(n -> new SubnetView(n, List.copyOf(members.getOrDefault(n, List.of()))))
            .toList());
    return variables;
  }

  Map<String, Object> of(Group group) {
    GroupView view = group(group.name());
    Map<String, Object> variables = new HashMap<>();
    variables.put("group", view);
    variables.put("mounts", group.mounts());
    variables.put("links", links(group, Map.of()));
    variables.put("link", null);
    variables.put("resources", view.resources());
    return variables;
  }

  static List<LinkView> links(Group group, Map<String, IPAddress> addresses) {
    return group.links().stream()
        .map(
            link -> {
              Optional<IPAddress> address = Optional.ofNullable(addresses.get(link.name()));
              return new LinkView(
                  link,
                  link.bond().isPresent() ? "bond" : link.vlan().isPresent() ? "vlan" : "card",
                  link.bond().map(Link.Bond::members).orElse(List.of()),
                  link.bond().map(Link.Bond::mode).orElse(null),
                  link.vlan().map(Link.Vlan::id).orElse(null),
                  group.links().stream()
                      .filter(l -> l.vlan().filter(v -> v.parent().equals(link.name())).isPresent())
                      .map(Link::name)
                      .toList(),
                  address.map(a -> a.withoutPrefixLength().toString()).orElse(null),
                  address.map(IPAddress::getNetworkPrefixLength).orElse(null),
                  address
                      .filter(IPAddress::isIPv4)
                      .map(a -> a.getNetworkMask().withoutPrefixLength().toString())
                      .orElse(null),
                  address.filter(IPAddress::isIPv6).isPresent());
            })
        .toList();
  }

  Map<String, Object> of(Node node) {
    NodeView view = node(node.name());
    Map<String, Object> variables = of(node.group());
    variables.put("links", links(node.group(), node.addresses()));
    variables.put("node", view);
    variables.put("network", view.network());
    variables.put("master", view(cluster, cluster.masterOf(node)));
    variables.put("resources", view.resources());
    variables.put("fstab", FstabLine.of(cluster, node));
    variables.put("boot", BootEntry.of(cluster, node));
    return variables;
  }

  /** Returns the values of {@link #TOKENS}, by token. */
  Map<String, String> tokens(Node node) {
    NodeView view = node(node.name());
    return Map.of(
        "name", node.name(),
        "mac", node.hyphenMac(),
        "address", node.address().toString(),
        "hexip", view.hexip());
  }

  /** Returns the value of {@link #INTERFACE_TOKEN}, by token. */
  static Map<String, String> tokens(Group group) {
    return Map.of(INTERFACE_TOKEN, group.interfaceName());
  }
}
