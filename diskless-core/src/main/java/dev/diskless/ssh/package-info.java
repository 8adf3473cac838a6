/**
 * The way to nodes that run: a command line there, as root, and what it said. By a library, or by a
 * program that takes the arguments of ssh(1). Knows nothing of releases.
 */
package dev.diskless.ssh;
