package dev.diskless.master;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Status of a node, as far as the master knows.
 *
 * @param name the node's name
 * @param address the node's address
 * @param group the node's group, in the active release if that release contains the node
 * @param root the node's root mode, from the same release
 * @param next the release that the node would boot now; empty if the active release does not
 *     contain the node
 * @param state whether the node runs
 * @param booted the release that the node has booted; empty without an answer
 * @param refreshed the release that {@code diskless:refresh} brought the node to since; empty if
 *     the node was not refreshed
 * @param since start time of the node; empty without an answer
 * @param lastAnswer time of the last answer of a node that does not answer now; empty if it never
 *     answered
 * @param mounted releases that the node mounted at any time, according to the NFS server
 * @param reason reason of a failure; empty if the node answered
 */
public record NodeStatus(
    String name,
    String address,
    String group,
    String root,
    Optional<String> next,
    NodeState state,
    Optional<String> booted,
    Optional<String> refreshed,
    Optional<Instant> since,
    Optional<Instant> lastAnswer,
    SortedSet<String> mounted,
    String reason) {}
