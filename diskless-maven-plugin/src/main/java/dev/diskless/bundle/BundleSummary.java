package dev.diskless.bundle;

import dev.diskless.tree.Digest;

/**
 * What was written.
 *
 * @param digest of the file
 * @param size of the file in bytes
 * @param entries in it
 * @param contentBytes of all files in it, uncompressed
 */
public record BundleSummary(Digest digest, long size, int entries, long contentBytes) {}
