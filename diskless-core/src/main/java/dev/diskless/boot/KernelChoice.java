package dev.diskless.boot;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.InitramfsSource;
import dev.diskless.model.Node;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A kernel that groups start with the initramfs of their image.
 *
 * @param image name of the image
 * @param version key {@code kernel} of the groups: a version or a pattern; empty for the default
 * @param groups all groups with this image and this key, at least one
 */
public record KernelChoice(String image, Optional<String> version, List<Group> groups) {

  /**
   * Groups with equal values start with the same kernel.
   *
   * @param image name of the image
   * @param version key {@code kernel} of the groups; empty for the default
   */
  private record Key(String image, Optional<String> version) {}

  public KernelChoice {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(version, "version");
    groups = List.copyOf(groups);
  }

  /** Returns the kernels of these groups, without groups that start without an initramfs. */
  public static List<KernelChoice> of(List<Group> groups) {
    Map<Key, List<Group>> byKernel = new LinkedHashMap<>();
    groups.stream()
        .filter(g -> g.initramfs() == InitramfsSource.IMAGE)
        .forEach(
            g ->
                byKernel
                    .computeIfAbsent(new Key(g.image(), g.kernel()), k -> new ArrayList<>())
                    .add(g));
    return byKernel.entrySet().stream()
        .map(e -> new KernelChoice(e.getKey().image(), e.getKey().version(), e.getValue()))
        .toList();
  }

  /** Returns the name of the image, and the key if the groups have it, for messages. */
  String owner() {
    return "image " + image + version.map(v -> " (kernel: " + v + ")").orElse("");
  }

  /** Finds the kernel, whether or not an initramfs exists for it. */
  Optional<Entry> kernel(Map<String, FileTree> images) {
    return Optional.ofNullable(images.get(image)).flatMap(t -> KernelFiles.kernel(t, version));
  }

  /** Returns the nodes that start with this kernel. */
  List<Node> nodes(Cluster cluster) {
    return cluster.nodes().stream()
        .filter(n -> groups.stream().anyMatch(g -> g.name().equals(n.group().name())))
        .toList();
  }
}
