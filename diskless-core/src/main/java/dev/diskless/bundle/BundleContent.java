package dev.diskless.bundle;

import dev.diskless.tree.Digest;

/**
 * All frames of a bundle but the last. They are the same bytes in signed and unsigned builds.
 *
 * @param size offset of the last frame, in bytes
 * @param digest SHA-256 of the bytes before that offset
 */
public record BundleContent(long size, Digest digest) {}
