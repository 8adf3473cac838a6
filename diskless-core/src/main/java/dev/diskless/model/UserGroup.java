package dev.diskless.model;

import java.util.Objects;

/**
 * A group of users that the descriptor adds to the nodes of a group (group(5)).
 *
 * @param name unique in a group of nodes
 * @param gid number of the group
 */
public record UserGroup(String name, int gid) {

  public UserGroup {
    Objects.requireNonNull(name, "name");
  }
}
