package dev.diskless.master;

import java.time.Instant;
import java.util.Optional;

/**
 * An installed release.
 *
 * @param version its version
 * @param active whether the release is active
 * @param previous whether a rollback activates the release
 * @param lastActive when the release last became active; empty if it was never active
 * @param size space on the disk; empty if not measured
 */
public record ReleaseStatus(
    String version,
    boolean active,
    boolean previous,
    Optional<Instant> lastActive,
    Optional<ReleaseSize> size) {}
