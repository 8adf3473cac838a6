/**
 * Where a base tree comes from: a directory, an archive, an artifact, or Debian packages; with the
 * caches and locks that these need. Knows nothing of nodes.
 */
package dev.diskless.image;
