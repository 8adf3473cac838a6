/**
 * Connections to running nodes: runs a command line on a node as root, through a library or a
 * program such as ssh(1). Knows nothing of releases.
 */
package dev.diskless.ssh;
