package dev.diskless.model;

import java.util.Objects;

/**
 * File that no bundle contains. The master keeps it, and copies it into the trees of nodes when it
 * installs a release.
 *
 * @param path absolute on the node
 * @param scope whether all nodes have the same file
 * @param origin source of the content
 * @param owner user who owns the file
 * @param group group that owns the file
 * @param mode permission bits
 */
public record Secret(
    String path,
    @Key(defaultsTo = "cluster") Scope scope,
    @Key(value = "from", defaultsTo = "random") Origin origin,
    @Key(defaultsTo = "root") Owner owner,
    @Key(defaultsTo = "root") Owner group,
    @Key(defaultsTo = "0600", form = Key.NumberForm.OCTAL) int mode) {

  /** Whether all nodes have the same secret. */
  public enum Scope implements Keyword {
    /** All nodes of the groups with this secret have the same file. */
    CLUSTER("cluster"),
    /** Each node has its own file. */
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

  /** Source of the content of a secret. */
  public enum Origin implements Keyword {
    /** The master creates it at the first use: 64 random bytes, as hexadecimal digits. */
    RANDOM("random"),
    /** The master's administrator provides the file. */
    GIVEN("given"),
    /** The master's own file with the same path, at the time of the installation. */
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
