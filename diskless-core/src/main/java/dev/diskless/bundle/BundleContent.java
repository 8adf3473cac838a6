package dev.diskless.bundle;

import dev.diskless.tree.Digest;

/**
 * Size and digest of all frames of a bundle before the last frame. Signed and unsigned builds have
 * the same bytes there.
 *
 * @param size offset of the last frame, in bytes
 * @param digest SHA-256 of the bytes before that offset
 */
public record BundleContent(long size, Digest digest) {}
