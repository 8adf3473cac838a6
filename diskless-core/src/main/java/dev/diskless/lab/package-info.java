/**
 * The cluster in virtual machines: a master that installs and serves the very bundle, and nodes
 * without disks that start from it. Knows nothing of Maven.
 */
package dev.diskless.lab;
