package dev.diskless.master;

/**
 * Directory of the master that nodes mount over NFS.
 *
 * @param path absolute; may be missing until the release is installed
 * @param volume absolute; where an administrator would mount a separate file system for it
 * @param isWritable whether nodes may write it
 */
record ServedDirectory(String path, String volume, boolean isWritable) {}
