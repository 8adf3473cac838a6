package dev.diskless.lab;

import dev.diskless.model.Cluster;
import dev.diskless.model.Network;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import inet.ipaddr.IPAddress;

/**
 * Existing DHCP server of a network whose master uses proxyDHCP. In a lab, this server is an ISC
 * dhcpd on the same network. It assigns the nodes' addresses and has no boot options except {@code
 * next-server} for UEFI. GRUB needs that option, because it ignores proxyDHCP and asks the server
 * that DHCP names.
 *
 * @param address the address of this server
 * @param configuration contents of its dhcpd.conf(5)
 */
record ExistingDhcp(IPAddress address, String configuration) {

  static ExistingDhcp of(Cluster cluster) {
    return new ExistingDhcp(freeAddress(cluster), configuration(cluster));
  }

  /** Returns the highest address of the master's network that is not in use. */
  private static IPAddress freeAddress(Cluster cluster) {
    Network network = cluster.networkOf(cluster.master().address());
    IPAddress address = network.broadcastAddress().increment(-1);
    while (isTaken(cluster, network, address)) {
      address = address.increment(-1);
      if (!network.contains(address) || address.equals(network.networkAddress())) {
        throw new ProblemException(
            Problem.error(
                "no address of %s is free for the second DHCP server of the lab"
                    .formatted(network.subnet()),
                "keep one address of the network free of nodes, gateways and pools"));
      }
    }
    return address;
  }

  private static boolean isTaken(Cluster cluster, Network network, IPAddress address) {
    return address.equals(cluster.master().address())
        || network.gateway().filter(address::equals).isPresent()
        || network.dns().contains(address)
        || network.pool().filter(p -> p.contains(address)).isPresent()
        || cluster.nodes().stream().anyMatch(n -> n.address().equals(address));
  }

  private static String configuration(Cluster cluster) {
    StringBuilder text = new StringBuilder("authoritative;\nddns-update-style none;\n");
    // Architecture 0 is a BIOS (RFC 4578, section 2.1).
    text.append(
        """
        option architecture code 93 = unsigned integer 16;
        if exists architecture and not (option architecture = 0) {
          next-server %s;
        }
        """
            .formatted(cluster.master().address()));
    for (Network network : cluster.networks()) {
      text.append(
          "subnet %s netmask %s {\n".formatted(network.networkAddress(), network.netmask()));
      network.gateway().ifPresent(g -> text.append("  option routers ").append(g).append(";\n"));
      text.append("}\n");
    }
    for (Node node : cluster.nodes()) {
      text.append(
          "host %s { hardware ethernet %s; fixed-address %s; }\n"
              .formatted(node.name(), node.mac().toColonDelimitedString(), node.address()));
    }
    return text.toString();
  }
}
