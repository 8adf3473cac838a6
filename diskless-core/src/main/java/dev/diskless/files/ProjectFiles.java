package dev.diskless.files;

import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.model.PermissionRule;
import dev.diskless.model.Scope;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Layers below {@code files}: {@code all}, {@code groups/<group>} and {@code nodes/<node>}. Each
 * layer overrides the rendered files of its nodes.
 */
public final class ProjectFiles {

  private final Map<Scope, FilesLayer> layers;
  private final List<PermissionRule> permissions;
  private final Map<FileTree, Accounts> accounts = new IdentityHashMap<>();

  private ProjectFiles(Map<Scope, FilesLayer> layers, List<PermissionRule> permissions) {
    this.layers = layers;
    this.permissions = permissions;
  }

  /**
   * Reads the names, modes and digests of all files. Their content is opened later.
   *
   * @param folder folder {@code files}; may be absent
   * @param permissions rules of permissions.yaml, in their order
   * @param cluster groups and nodes that folders may have
   * @param projectDirectory directory to which names in messages are relative
   * @param timestamp modification time of every file, because times in a checkout are random
   * @param problems receives errors for unknown groups and nodes, and for files of other types
   */
  public static ProjectFiles read(
      Path folder,
      List<PermissionRule> permissions,
      Path projectDirectory,
      Cluster cluster,
      Instant timestamp,
      Problems problems)
      throws IOException {
    Map<Scope, FilesLayer> layers = new HashMap<>();
    if (!Files.isDirectory(folder)) {
      return new ProjectFiles(layers, permissions);
    }
    // A group without nodes of its own is only in the lineage of other groups.
    Set<String> groups =
        cluster.groups().stream().flatMap(g -> g.lineage().stream()).collect(Collectors.toSet());
    Set<String> nodes = cluster.nodes().stream().map(Node::name).collect(Collectors.toSet());
    Location where = Location.of(relative(projectDirectory, folder));
    try (DirectoryStream<Path> scopes = Files.newDirectoryStream(folder)) {
      for (Path scope : scopes) {
        String name = scope.getFileName().toString();
        Location location = Location.of(relative(projectDirectory, scope));
        switch (name) {
          case "all" ->
              layers.put(
                  Scope.ALL,
                  new FilesLayer(
                      scope,
                      new LayerFolder("files/all", timestamp, problems).read(scope),
                      permissions));
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
                          "use a name of the descriptor for the folder, or remove it"));
                  continue;
                }
                Scope layer =
                    name.equals("groups")
                        ? new Scope.OfGroup(memberName)
                        : new Scope.OfNode(memberName);
                layers.put(
                    layer,
                    new FilesLayer(
                        member,
                        new LayerFolder("files/" + layer.path(), timestamp, problems).read(member),
                        permissions));
              }
            }
          }
          case LayerFolder.PLACEHOLDER -> {}
          default ->
              problems.add(
                  Problem.error(
                      location,
                      "this file is not in a layer",
                      "move it to %s/all, %s/groups/<group> or %s/nodes/<node>"
                          .formatted(where, where, where)));
        }
      }
    }
    return new ProjectFiles(layers, permissions);
  }

  /**
   * Returns warnings that need no image: about rules that match no path, and about files that
   * should be secret.
   */
  public List<Problem> warnings() throws IOException {
    List<Problem> warnings = new ArrayList<>();
    Set<PermissionRule> matching = new HashSet<>();
    for (FilesLayer layer : layers.values()) {
      matching.addAll(layer.matchingRules());
      warnings.addAll(layer.secretFiles());
    }
    for (PermissionRule rule : permissions) {
      if (!matching.contains(rule)) {
        warnings.add(
            Problem.warning(
                rule.location(),
                "the rule for \"%s\" matches no path below files/".formatted(rule.pattern()),
                "correct the path, or remove the rule; rules do not apply to files of the image"));
      }
    }
    warnings.sort(Comparator.comparing(problem -> problem.location().orElseThrow()));
    return warnings;
  }

  private static String relative(Path directory, Path file) {
    return directory.toAbsolutePath().relativize(file.toAbsolutePath()).toString();
  }

  /**
   * Returns the layer for all nodes with an image.
   *
   * @param image name of the image, for messages
   * @param tree tree with the users and groups of the image
   * @param problems receives an error for each owner that the image does not have
   */
  public Layer all(String image, FileTree tree, Problems problems) throws IOException {
    return layer(Scope.ALL, image, tree, problems);
  }

  /** Returns the layer for the nodes of a group, and of groups that extend it; see {@link #all}. */
  public Layer group(String group, String image, FileTree tree, Problems problems)
      throws IOException {
    return layer(new Scope.OfGroup(group), image, tree, problems);
  }

  /** Returns the layer for one node; see {@link #all}. */
  public Layer node(String node, String image, FileTree tree, Problems problems)
      throws IOException {
    return layer(new Scope.OfNode(node), image, tree, problems);
  }

  private Layer layer(Scope scope, String image, FileTree tree, Problems problems)
      throws IOException {
    FilesLayer layer = layers.getOrDefault(scope, FilesLayer.NONE);
    Accounts known = accounts.get(tree);
    if (known == null) {
      known = Accounts.of(tree);
      accounts.put(tree, known);
    }
    return layer.layer(known, image, problems);
  }
}
