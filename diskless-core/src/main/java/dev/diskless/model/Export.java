package dev.diskless.model;

import inet.ipaddr.IPAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Path that the master exports to one client: one line of exports(5).
 *
 * @param path absolute
 * @param client the only machine that may mount the path by this line
 * @param access of the client
 * @param squash which users of the client the server maps to "nobody"
 * @param security security flavor that the client must use, such as {@code krb5p} (exports(5));
 *     empty for AUTH_SYS, which trusts the client
 */
public record Export(
    String path, IPAddress client, Access access, Squash squash, Optional<String> security) {

  /** Creates an export to a client that the server trusts (AUTH_SYS). */
  public Export(String path, IPAddress client, Access access, Squash squash) {
    this(path, client, access, squash, Optional.empty());
  }

  public Export {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(client, "client");
    Objects.requireNonNull(access, "access");
    Objects.requireNonNull(squash, "squash");
    Objects.requireNonNull(security, "security");
  }

  /** Returns all exports of the master to its nodes, node by node, without duplicates. */
  public static List<Export> of(Cluster cluster) {
    Set<Export> all = new LinkedHashSet<>();
    for (Node node : cluster.nodes()) {
      for (NfsMount mount : NfsMount.of(cluster, node)) {
        if (mount.isFromMaster()) {
          all.add(
              new Export(
                  mount.source(),
                  node.address(),
                  mount.access(),
                  mount.squash(),
                  mount.security()));
        }
      }
    }
    return List.copyOf(all);
  }

  /**
   * Returns the options in parentheses. With {@code fsid}, file handles stay valid after a move to
   * another disk or master. File systems without a UUID require it.
   */
  public List<String> options() {
    List<String> options = new ArrayList<>();
    options.add(access.keyword());
    options.add("sync");
    options.add("no_subtree_check");
    options.add(squash.option());
    security.ifPresent(flavors -> options.add("sec=" + flavors));
    options.add("fsid=" + fsid());
    return List.copyOf(options);
  }

  /**
   * Returns the identifier of the path: equal for equal paths of all clients, and different for
   * different paths.
   */
  public UUID fsid() {
    byte[] digest;
    try {
      digest =
          MessageDigest.getInstance("SHA-256")
              .digest(("diskless export " + path).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < 8; i++) {
      high = high << 8 | digest[i] & 0xFF;
      low = low << 8 | digest[8 + i] & 0xFF;
    }
    // Version 8, variant 2: a UUID of the vendor's own making (RFC 9562).
    return new UUID(high & ~0xF000L | 0x8000L, low & ~(3L << 62) | 2L << 62);
  }

  /** Returns the line. Special characters of the path are written as {@code \ooo} (exports(5)). */
  @Override
  public String toString() {
    return escape(path) + " " + client + "(" + String.join(",", options()) + ")";
  }

  /** Returns a path in the form that exports(5) reads. */
  public static String escape(String path) {
    return OctalEscapes.escape(path, " \t\n\r\\\"#'()");
  }
}
