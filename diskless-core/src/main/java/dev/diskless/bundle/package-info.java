/**
 * The bundle: the artifact that a build makes and a master installs. Its layout, its manifest, and
 * how it is written. Knows nothing of masters.
 */
package dev.diskless.bundle;
