package dev.diskless.master;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What is known of a node.
 *
 * @param name the node's name
 * @param address the node's address
 * @param group its group, in the active release if that has it
 * @param root its root mode, likewise
 * @param next the release that it would boot now; empty where the active one does not have it
 * @param state whether it runs
 * @param booted the release that it says it runs; empty where it did not say
 * @param since when it started; empty where it did not say
 * @param lastAnswer when the master last had an answer, of a node that gives none now; empty where
 *     it never had one
 * @param mounted releases that the NFS server has noted this node to have mounted, at any time
 * @param reason what was the matter; empty where it answered
 */
public record NodeStatus(
    String name,
    String address,
    String group,
    String root,
    Optional<String> next,
    NodeState state,
    Optional<String> booted,
    Optional<Instant> since,
    Optional<Instant> lastAnswer,
    SortedSet<String> mounted,
    String reason) {}
