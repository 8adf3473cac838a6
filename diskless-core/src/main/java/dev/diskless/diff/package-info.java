/**
 * Difference between two versions of a cluster: two bundles, or a bundle and a release on a master.
 * A comparison reads the manifests and the texts that changed. It unpacks nothing.
 */
package dev.diskless.diff;
