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
 * A path that the master lets one client mount: a line of exports(5).
 *
 * @param path absolute
 * @param client the only machine that may mount it by this line
 * @param access of the client
 * @param squash which users of the client are nobody here
 * @param security what the client must have, as exports(5) has it, such as {@code krb5p}; empty for
 *     the client's word
 */
public record Export(
    String path, IPAddress client, Access access, Squash squash, Optional<String> security) {

  /** An export to a client that is believed. */
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

  /** Everything that the master exports to its nodes, node by node; nothing twice. */
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
   * The options in parentheses. {@code fsid} makes file handles the same after a move to another
   * disk or another master, and is needed where the file system has no UUID of its own.
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

  /** The same for the same path, whoever mounts it; another for any other path. */
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

  /** The line, special characters of the path as {@code \ooo} (exports(5)). */
  @Override
  public String toString() {
    return escape(path) + " " + client + "(" + String.join(",", options()) + ")";
  }

  /** A path as exports(5) reads it. */
  public static String escape(String path) {
    return OctalEscapes.escape(path, " \t\n\r\\\"#'()");
  }
}
