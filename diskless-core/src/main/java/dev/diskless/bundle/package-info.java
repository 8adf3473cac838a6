/**
 * Bundles: the artifacts that a build makes and a master installs. The package contains the layout,
 * the manifest, the reader and the writer of bundles. It does not change anything on a master.
 */
package dev.diskless.bundle;
