package dev.diskless.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A diskless cluster: one master and the nodes that boot from it.
 *
 * @param name the cluster's name, an RFC 1123 label
 * @param domain the DNS domain of all members, if they have one
 * @param version the version of the project; names the release
 * @param master serves DHCP, TFTP and NFS
 * @param networks do not overlap
 * @param images by name, unique
 * @param groups by name, unique, inheritance already resolved
 * @param nodes in the order of the descriptor; names, MACs and addresses unique
 * @param resources free-form values for templates
 */
public record Cluster(
    String name,
    Optional<String> domain,
    String version,
    Master master,
    List<Network> networks,
    List<Image> images,
    List<Group> groups,
    List<Node> nodes,
    Map<String, Object> resources) {

  public Cluster {
    HostNames.requireLabel(name);
    Objects.requireNonNull(domain, "domain");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(master, "master");
    networks = List.copyOf(networks);
    images = List.copyOf(images);
    groups = List.copyOf(groups);
    nodes = List.copyOf(nodes);
    resources = Collections.unmodifiableMap(new LinkedHashMap<>(resources));
  }

  /** The image of that name. */
  public Image image(String imageName) {
    return images.stream()
        .filter(i -> i.name().equals(imageName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no image " + imageName));
  }

  /** The images that at least one node uses, in the descriptor's order. */
  public List<Image> usedImages() {
    List<String> used = nodes.stream().map(n -> n.group().image()).distinct().toList();
    return images.stream().filter(i -> used.contains(i.name())).toList();
  }

  /** The groups that have at least one node, in the descriptor's order. */
  public List<Group> usedGroups() {
    List<String> used = nodes.stream().map(n -> n.group().name()).distinct().toList();
    return groups.stream().filter(g -> used.contains(g.name())).toList();
  }

  /** The node of that name. */
  public Optional<Node> node(String nodeName) {
    return nodes.stream().filter(n -> n.name().equals(nodeName)).findFirst();
  }

  /** The network that a member's address is in. */
  public Network networkOf(inet.ipaddr.IPAddress address) {
    return networks.stream()
        .filter(n -> n.contains(address))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(address + " is in no network"));
  }

  /** The name with the domain, or the bare name where the cluster has no domain. */
  public String qualified(String hostName) {
    return domain.map(d -> hostName + "." + d).orElse(hostName);
  }

  /** Where this version lies on the master. */
  public ReleaseLayout release() {
    return new ReleaseLayout(master.directory(), name, version);
  }

  /**
   * A node's machine-id(5): the same in every release, never that of another node, and of the form
   * that systemd gives to random ones (a UUID of version 4).
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
