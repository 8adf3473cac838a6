package dev.diskless.descriptor;

import dev.diskless.model.User;
import dev.diskless.model.UserGroup;
import java.util.Map;

/**
 * Settings of the cluster that groups inherit.
 *
 * @param scalars keys with a single value that is valid, as the descriptor writes it
 * @param users users of all nodes, by name
 * @param userGroups groups of users on all nodes, by name
 */
record ClusterWide(
    Map<String, Placed<Object>> scalars,
    Map<String, Placed<User>> users,
    Map<String, Placed<UserGroup>> userGroups) {}
