/**
 * A virtual file system: immutable, sorted by path, with every attribute that a root file system
 * needs and the layer that each entry came from. Knows nothing of clusters.
 */
package dev.diskless.tree;
