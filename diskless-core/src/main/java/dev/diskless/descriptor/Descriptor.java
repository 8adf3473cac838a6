package dev.diskless.descriptor;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Mount;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A descriptor without a mistake.
 *
 * @param cluster what it says. Groups without an image, which others only extend, are not in it;
 *     they stand in the lineage of those that do.
 * @param warnings what the user should know nevertheless, in the order of their places
 * @param inputs every file that was read, the descriptor first
 * @param mountPlaces where mounts stand, by the names of their groups and then by their paths
 * @param valuePlaces locations of keys with a single value, and of users and groups of users as
 *     {@code users.NAME} and {@code userGroups.NAME}, by the name of the group and the key
 */
public record Descriptor(
    Cluster cluster,
    List<Problem> warnings,
    List<Path> inputs,
    Map<String, Map<String, Location>> mountPlaces,
    Map<String, Map<String, Location>> valuePlaces) {

  public Descriptor {
    Objects.requireNonNull(cluster, "cluster");
    warnings = List.copyOf(warnings);
    inputs = List.copyOf(inputs);
    mountPlaces = Map.copyOf(mountPlaces);
    valuePlaces = Map.copyOf(valuePlaces);
  }

  /** Returns where a group, or a group that it extends, sets a key; empty if none does. */
  public Optional<Location> placeOf(Group group, String key) {
    return Optional.ofNullable(valuePlaces.getOrDefault(group.name(), Map.of()).get(key));
  }

  /** Where a mount of a group stands. */
  public Optional<Location> placeOf(Group group, Mount mount) {
    return Optional.ofNullable(mountPlaces.getOrDefault(group.name(), Map.of()).get(mount.path()));
  }
}
