package dev.diskless.model;

import java.util.List;
import java.util.Optional;

/**
 * The machines that a layer is for. The scope decides on the path of the layer, in the work folder,
 * in a bundle, and below the user's folders {@code files} and {@code checks}.
 */
public sealed interface Scope {

  /** All nodes. */
  Scope ALL = new All();

  /** The files of the TFTP root that all masters serve. */
  Scope BOOT = new Boot(Optional.empty());

  /** The folders that contain all other folders of layers, or are one. */
  List<String> TOP_FOLDERS = List.of("master", "masters", "boot", "all", "groups", "nodes");

  /** Separates the TFTP root of one of several masters from the TFTP root of all. */
  String BOOT_OF = "boot of ";

  /** All nodes. */
  record All() implements Scope {}

  /**
   * The nodes of a group, and of the groups that extend it.
   *
   * @param name of the group
   */
  record OfGroup(String name) implements Scope {}

  /**
   * A single node.
   *
   * @param name of the node
   */
  record OfNode(String name) implements Scope {}

  /**
   * A single master.
   *
   * @param name of the master; empty for the only master of a cluster
   */
  record OfMaster(Optional<String> name) implements Scope {}

  /**
   * The TFTP root.
   *
   * @param master that alone serves these files, of several masters; empty for all masters
   */
  record Boot(Optional<String> master) implements Scope {}

  /** Returns the scope of a group. */
  static Scope of(Group group) {
    return new OfGroup(group.name());
  }

  /** Returns the scope of a node. */
  static Scope of(Node node) {
    return new OfNode(node.name());
  }

  /** Returns the scope of a master of a cluster. */
  static Scope of(Cluster cluster, Master master) {
    return new OfMaster(cluster.hasOneMaster() ? Optional.empty() : Optional.of(master.name()));
  }

  /** Returns the scope of the TFTP root of one of several masters. */
  static Scope bootOf(Master master) {
    return new Boot(Optional.of(master.name()));
  }

  /**
   * Returns the scope of a layer.
   *
   * @param layerName as {@link #layerName} returns it
   * @throws IllegalArgumentException if no scope has this name
   */
  static Scope parse(String layerName) {
    if (layerName.startsWith(BOOT_OF)) {
      return new Boot(Optional.of(layerName.substring(BOOT_OF.length())));
    }
    String top = layerName.replaceFirst("/.*", "");
    String name = layerName.substring(Math.min(top.length() + 1, layerName.length()));
    return switch (top) {
      case "all" -> ALL;
      case "boot" -> BOOT;
      case "master" -> new OfMaster(Optional.empty());
      case "masters" -> new OfMaster(Optional.of(name));
      case "groups" -> new OfGroup(name);
      case "nodes" -> new OfNode(name);
      default -> throw new IllegalArgumentException("no scope is called " + layerName);
    };
  }

  /** Returns the relative path of the layer's folder, with slashes. */
  default String path() {
    if (this instanceof OfGroup group) {
      return "groups/" + group.name();
    }
    if (this instanceof OfNode node) {
      return "nodes/" + node.name();
    }
    if (this instanceof OfMaster master) {
      return master.name().map(name -> "masters/" + name).orElse("master");
    }
    return this instanceof Boot ? "boot" : "all";
  }

  /** Returns the name of the layer in an index, which no other scope has. */
  default String layerName() {
    return this instanceof Boot boot && boot.master().isPresent()
        ? BOOT_OF + boot.master().get()
        : path();
  }
}
