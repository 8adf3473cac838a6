package dev.diskless.model;

import java.util.List;
import java.util.Objects;

/**
 * Logins to the nodes of a group from other machines.
 *
 * @param remoteLogin program for logins
 * @param membersKey whether root of the nodes has the key of all members and may log in with it;
 *     always false unless {@code remoteLogin} is {@code SSH}
 * @param authorizedKeys public keys of users who may log in as root
 * @param users users that are added to those of the image, in the order of the descriptor
 * @param userGroups groups of users that are added to those of the image
 */
public record LoginSettings(
    @Key(defaultsTo = "ssh") RemoteLogin remoteLogin,
    @Key(defaultsTo = "true") boolean membersKey,
    List<String> authorizedKeys,
    @Key(byName = true, omitEmpty = true) List<User> users,
    @Key(byName = true, omitEmpty = true) List<UserGroup> userGroups) {

  public LoginSettings {
    Objects.requireNonNull(remoteLogin, "remoteLogin");
    membersKey = membersKey && remoteLogin == RemoteLogin.SSH;
    authorizedKeys = List.copyOf(authorizedKeys);
    users = List.copyOf(users);
    userGroups = List.copyOf(userGroups);
  }
}
