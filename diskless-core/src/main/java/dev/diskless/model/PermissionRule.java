package dev.diskless.model;

import dev.diskless.problem.Location;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.codehaus.plexus.util.SelectorUtils;

/**
 * Gives paths of the files layers an owner and a mode. Of several rules that match a path, the last
 * that sets an attribute wins for that attribute.
 *
 * @param pattern Ant-style pattern, absolute from the root of a node's tree. {@code ?} matches one
 *     character, {@code *} any part of a name, and {@code **} any number of directories
 * @param mode the permission bits with set-uid, set-gid and sticky, up to 07777; empty to leave
 *     them
 * @param owner empty to leave it
 * @param group empty to leave it
 * @param location place of the rule, for later messages
 */
public record PermissionRule(
    String pattern,
    OptionalInt mode,
    Optional<Owner> owner,
    Optional<Owner> group,
    Location location) {

  public PermissionRule {
    if (!pattern.startsWith("/")) {
      throw new IllegalArgumentException("not absolute: " + pattern);
    }
    Objects.requireNonNull(mode, "mode");
    if (mode.isPresent() && (mode.getAsInt() & ~07777) != 0) {
      throw new IllegalArgumentException("no mode: " + Integer.toOctalString(mode.getAsInt()));
    }
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(location, "location");
  }

  /**
   * Whether the rule is for a path.
   *
   * @param path absolute in the tree, {@code /etc/motd}; without a slash at the end for a directory
   */
  public boolean matches(String path) {
    // The separator is always a slash, whatever the system that builds.
    return SelectorUtils.matchPath(pattern, path, "/", true);
  }
}
