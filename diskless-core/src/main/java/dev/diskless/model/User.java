package dev.diskless.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A user that the descriptor adds to the nodes of a group (passwd(5)), or further ways for root to
 * log in.
 *
 * @param name login name; unique in a group
 * @param uid number of the user; empty for root only, whom every image has
 * @param group name of the primary group; empty for a group with the name and number of the user
 * @param groups names of further groups that the user is a member of
 * @param shell absolute path of the program that a login starts
 * @param home absolute path of the home directory; empty for {@code /home/} and the name
 * @param sshKeys public keys of the user (sshd(8))
 * @param password whether the secret {@link #PASSWORDS} contains the hash of a password
 */
public record User(
    String name,
    Optional<Integer> uid,
    Optional<String> group,
    @Key(omitEmpty = true) List<String> groups,
    @Key(defaultsTo = "/bin/bash") String shell,
    Optional<String> home,
    @Key(omitEmpty = true) List<String> sshKeys,
    @Key(defaultsTo = "false") boolean password) {

  /** Secret file of nodes with lines of a user and the hash of a password (chpasswd(8)). */
  public static final Secret PASSWORDS =
      new Secret(
          "/etc/diskless/passwords",
          Secret.Scope.CLUSTER,
          Secret.Origin.GIVEN,
          Owner.ROOT,
          Owner.ROOT,
          0600);

  public User {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(uid, "uid");
    Objects.requireNonNull(group, "group");
    groups = List.copyOf(groups);
    Objects.requireNonNull(shell, "shell");
    Objects.requireNonNull(home, "home");
    sshKeys = List.copyOf(sshKeys);
  }

  /** Whether this is the superuser, whom the image defines. */
  public boolean isRoot() {
    return name.equals("root");
  }

  /** Returns the absolute path of the home directory. */
  public String homeDirectory() {
    return home.orElse("/home/" + name);
  }

  /** Returns the name of the primary group. */
  public String primaryGroup() {
    return group.orElse(name);
  }
}
