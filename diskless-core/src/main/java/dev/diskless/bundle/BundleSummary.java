package dev.diskless.bundle;

import dev.diskless.tree.Digest;
import java.util.Optional;

/**
 * Describes a bundle that was written.
 *
 * @param digest SHA-256 of the file
 * @param size of the file in bytes
 * @param entries number of entries in the archive
 * @param contentBytes size of all files in the archive, not compressed, in bytes
 * @param content what signed and unsigned builds have in common
 * @param signature empty if the bundle is not signed
 */
public record BundleSummary(
    Digest digest,
    long size,
    int entries,
    long contentBytes,
    BundleContent content,
    Optional<BundleSignature> signature) {}
