package dev.diskless.model;

import java.util.List;
import java.util.Objects;

/**
 * Network interfaces of the nodes of a group.
 *
 * @param interfaceName interface that the nodes boot from, as the node's kernel names it
 * @param networkConfig program that configures the network on the nodes
 * @param links interfaces beside the one of the boot, each after the interfaces that it consists of
 */
public record NetworkSettings(
    @Key(value = "interface", defaultsTo = "eth0") String interfaceName,
    @Key(defaultsTo = "ifupdown") NetworkConfig networkConfig,
    @Key(value = "interfaces", byName = true, omitEmpty = true) List<Link> links) {

  public NetworkSettings {
    Objects.requireNonNull(interfaceName, "interfaceName");
    Objects.requireNonNull(networkConfig, "networkConfig");
    links = List.copyOf(links);
  }
}
