/**
 * A virtual file system: immutable, sorted by path, with every attribute that a root file system
 * needs and the layer that each entry came from. Trees are composed ({@link
 * dev.diskless.tree.FileTree#with}) and compared ({@link dev.diskless.tree.TreeDiff}) here only.
 * This package does not depend on any other part of a cluster.
 */
package dev.diskless.tree;
