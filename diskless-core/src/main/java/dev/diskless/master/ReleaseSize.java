package dev.diskless.master;

/**
 * What a release takes on the disk: blocks that are allocated, whatever the files' sizes say.
 *
 * @param bytes of all that is in it, each block once
 * @param alone of these, bytes that no other release has too: what its removal gives back
 */
public record ReleaseSize(long bytes, long alone) {}
