package dev.diskless.model;

import java.util.Objects;

/**
 * A file that no bundle has: the master keeps it, and lays it into the trees of nodes as it
 * installs a release.
 *
 * @param path absolute on the node
 * @param scope whose it is
 * @param origin where its content comes from
 * @param owner the user that it belongs to
 * @param group the group that it belongs to
 * @param mode permission bits
 */
public record Secret(
    String path,
    @Key(defaultsTo = "cluster") Scope scope,
    @Key(value = "from", defaultsTo = "random") Origin origin,
    @Key(defaultsTo = "root") Owner owner,
    @Key(defaultsTo = "root") Owner group,
    @Key(defaultsTo = "0600", form = Key.NumberForm.OCTAL) int mode) {

  /** Whose a secret is. */
  public enum Scope implements Keyword {
    /** The same on all nodes that have it. */
    CLUSTER("cluster"),
    /** Another one on each. */
    NODE("node");

    private final String keyword;

    Scope(String keyword) {
      this.keyword = keyword;
    }

    @Override
    public String keyword() {
      return keyword;
    }
  }

  /** Where the content of a secret comes from. */
  public enum Origin implements Keyword {
    /** The master makes it when it is needed first: 64 random bytes, as hexadecimal digits. */
    RANDOM("random"),
    /** The master's administrator puts it in its place. */
    GIVEN("given"),
    /** It is the master's own file of the same path, as it is when a release is installed. */
    MASTER("master");

    private final String keyword;

    Origin(String keyword) {
      this.keyword = keyword;
    }

    @Override
    public String keyword() {
      return keyword;
    }
  }

  public Secret {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(group, "group");
    if (!path.startsWith("/") || path.endsWith("/")) {
      throw new IllegalArgumentException("not a file's absolute path: " + path);
    }
  }
}
