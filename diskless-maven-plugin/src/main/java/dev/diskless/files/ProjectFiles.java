package dev.diskless.files;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Node;
import dev.diskless.model.PermissionRule;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The layers under {@code files}: {@code all}, {@code groups/<group>} and {@code nodes/<node>}, each
 * laid over what is rendered for its nodes.
 */
public final class ProjectFiles {

  private static final Layer NONE = Layer.builder("none").build();

  private final Map<String, Layer> layers;

  private ProjectFiles(Map<String, Layer> layers) {
    this.layers = layers;
  }

  /**
   * Reads the names, modes and digests of all files; their content is opened later.
   *
   * @param folder need not exist
   * @param permissions the rules of permissions.yaml, in their order
   * @param projectDirectory that names in messages are relative to
   * @param timestamp of every file, because what a checkout makes of times is chance
   * @param problems takes folders for groups and nodes that do not exist, and files that cannot be
   */
  public static ProjectFiles read(
      Path folder,
      List<PermissionRule> permissions,
      Path projectDirectory,
      Cluster cluster,
      Instant timestamp,
      Problems problems)
      throws IOException {
    Map<String, Layer> layers = new HashMap<>();
    if (!Files.isDirectory(folder)) {
      return new ProjectFiles(layers);
    }
    Set<String> groups = cluster.groups().stream().map(Group::name).collect(Collectors.toSet());
    Set<String> nodes = cluster.nodes().stream().map(Node::name).collect(Collectors.toSet());
    Location where = Location.of(relative(projectDirectory, folder));
    try (DirectoryStream<Path> scopes = Files.newDirectoryStream(folder)) {
      for (Path scope : scopes) {
        String name = scope.getFileName().toString();
        Location location = Location.of(relative(projectDirectory, scope));
        switch (name) {
          case "all" ->
              layers.put(
                  "all", new LayerFolder("files/all", permissions, timestamp, problems).read(scope));
          case "groups", "nodes" -> {
            Set<String> known = name.equals("groups") ? groups : nodes;
            try (DirectoryStream<Path> members = Files.newDirectoryStream(scope)) {
              for (Path member : members) {
                String memberName = member.getFileName().toString();
                if (memberName.equals(LayerFolder.PLACEHOLDER)) {
                  continue;
                }
                if (!known.contains(memberName)) {
                  problems.add(
                      Problem.error(
                          Location.of(relative(projectDirectory, member)),
                          "the descriptor has no %s %s"
                              .formatted(name.substring(0, name.length() - 1), memberName),
                          "name the folder as it is named there, or remove it"));
                  continue;
                }
                String layer = name + "/" + memberName;
                layers.put(
                    layer,
                    new LayerFolder("files/" + layer, permissions, timestamp, problems)
                        .read(member));
              }
            }
          }
          case LayerFolder.PLACEHOLDER -> {}
          default ->
              problems.add(
                  Problem.error(
                      location,
                      "this is in no layer",
                      "move it to %s/all, %s/groups/<group> or %s/nodes/<node>"
                          .formatted(where, where, where)));
        }
      }
    }
    return new ProjectFiles(layers);
  }

  private static String relative(Path directory, Path file) {
    return directory.toAbsolutePath().relativize(file.toAbsolutePath()).toString();
  }

  /** For every node. */
  public Layer all() {
    return layers.getOrDefault("all", NONE);
  }

  /** For the nodes of a group, and of those that extend it. */
  public Layer group(String group) {
    return layers.getOrDefault("groups/" + group, NONE);
  }

  /** For one node. */
  public Layer node(String node) {
    return layers.getOrDefault("nodes/" + node, NONE);
  }
}
