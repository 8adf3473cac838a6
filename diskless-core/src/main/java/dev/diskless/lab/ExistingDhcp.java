package dev.diskless.lab;

import dev.diskless.model.Cluster;
import dev.diskless.model.Network;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import inet.ipaddr.IPAddress;

/**
 * The DHCP server of somebody else that a master with proxyDHCP stands beside. In a lab it is an
 * ISC dhcpd on the same wire, which gives each node its address and knows nothing of booting, but
 * for what GRUB needs: that knows no proxyDHCP, and asks the server that DHCP names.
 *
 * @param address its own
 * @param configuration in the form of dhcpd.conf(5)
 */
record ExistingDhcp(IPAddress address, String configuration) {

  static ExistingDhcp of(Cluster cluster) {
    return new ExistingDhcp(freeAddress(cluster), configuration(cluster));
  }

  /** The highest address of the master's network that nobody has. */
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
    // RFC 4578: 0 is a BIOS.
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
