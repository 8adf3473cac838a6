package dev.diskless.master;

import java.time.Instant;
import java.util.Optional;

/**
 * An installed release.
 *
 * @param version its version
 * @param active whether it is served
 * @param previous whether a rollback goes to it
 * @param lastActive since when it was active the last time; empty where it never was
 * @param size what it takes; empty where that was not measured
 */
public record ReleaseStatus(
    String version,
    boolean active,
    boolean previous,
    Optional<Instant> lastActive,
    Optional<ReleaseSize> size) {}
