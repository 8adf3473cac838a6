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
 * The cluster as templates see it. Templates read records of the model and of this class by {@link
 * dev.diskless.model.RecordProperty}: words as the descriptor writes them, null for an absent
 * value. The records of this class add values that are derived. {@code docs/templates.md} describes
 * all names; a component can be renamed only together with it.
 */
public final class TemplateModel {

  /** {@code $cluster}. */
  public record ClusterView(
      String name,
      String domain,
      String version,
      List<IPAddress> dns,
      String profile,
      String monitoring,
      Map<String, Object> resources) {}

  /** {@code $master}, and an item of {@code $masters}. */
  public record MasterView(@Part Master master, String fqdn, Optional<IPAddress> address6) {}

  /** An item of {@code $networks}, and {@code $network}. */
  public record NetworkView(
      @Part Network network,
      String address,
      long number,
      String broadcast,
      long leaseDefault,
      long leaseMax,
      String address6,
      Integer prefixLength6) {}

  /** An item of {@code $images}. */
  public record ImageView(String name) {}

  /** An item of {@code $groups}, and {@code $group}. */
  public record GroupView(
      @Part Group group, @Part Hardware hardware, Map<String, Object> resources) {

    @Override
    public String toString() {
      return group.name();
    }
  }

  /**
   * {@code $link}, an item of {@code $links}. The address is null where the node has none there,
   * and everywhere in the templates of a group.
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

  /** An item of {@code $members}. */
  public record MembersView(String name, List<NodeView> nodes) {}

  /** An item of {@code $runs}. */
  public record RunView(
      String names, String addresses, NodeView first, int count, GroupView group) {}

  /** An item of {@code $addressRuns}. */
  public record AddressRunView(String first, int count) {}

  /** An item of {@code $nodes}, and {@code $node}. */
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

  /** {@code $release}. */
  public record ReleaseView(String path, String boot) {}

  /** An item of {@code $bootMethods}. */
  public record BootMethodView(
      String name, String script, String biosLoader, List<Loader> loaders, List<NodeView> nodes) {}

  /** An item of {@code $subnets}. */
  public record SubnetView(NetworkView network, List<NodeView> nodes) {}

  /** An item of {@code $shares}. */
  public record ShareView(String path, List<Export> exports) {}

  /** What templates of a group see beside the common variables. */
  static final Set<String> GROUP_VARIABLES = Set.of("header", "group", "mounts", "links", "link");

  /** What templates of a node see beside the common variables. */
  static final Set<String> NODE_VARIABLES =
      Set.of(
          "header", "group", "mounts", "links", "link", "master", "node", "network", "fstab",
          "boot");

  /** What can stand between two {@code @} in the path of a boot template. */
  static final Set<String> TOKENS = Set.of("name", "mac", "address", "hexip");

  /** What can stand there in the path of a template of a group or a node. */
  static final String INTERFACE_TOKEN = "interface";

  /** What has such a template rendered once for each further interface. */
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

  TemplateModel(Cluster cluster) {
    this.cluster = cluster;
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
            cluster.monitoring().keyword(),
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
            // A boot entry names the release itself; this is for loaders and kernels without one.
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

  /** A copy that no template can change, all the way down. */
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

  /** What every template sees. */
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

  /** Of a cluster with one master, or of one master's view. */
  Map<String, Object> ofMaster() {
    Map<String, Object> variables = new HashMap<>();
    variables.put("master", master);
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

  /** By the names in {@link #TOKENS}. */
  Map<String, String> tokens(Node node) {
    NodeView view = node(node.name());
    return Map.of(
        "name", node.name(),
        "mac", node.hyphenMac(),
        "address", node.address().toString(),
        "hexip", view.hexip());
  }

  /** By {@link #INTERFACE_TOKEN}. */
  static Map<String, String> tokens(Group group) {
    return Map.of(INTERFACE_TOKEN, group.interfaceName());
  }
}
