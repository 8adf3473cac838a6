/**
 * Trees as bytes: a tar codec that loses nothing of an {@link dev.diskless.tree.Entry}, and
 * compression. Knows only trees and problems.
 */
package dev.diskless.archive;
