/**
 * The difference of two versions of a cluster: of bundles, or of a bundle and a release on a
 * master. It reads manifests and the few texts that changed, and unpacks nothing. Knows nothing of
 * Maven.
 */
package dev.diskless.diff;
