package dev.diskless.master;

/**
 * Space that a release uses on the disk, in allocated blocks instead of file sizes.
 *
 * @param bytes bytes of all its files, with each block counted once
 * @param alone bytes that no other release shares, which a removal frees
 */
public record ReleaseSize(long bytes, long alone) {}
