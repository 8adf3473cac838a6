/**
 * Runs a cluster in virtual machines: a master installs and serves the packaged bundle, and nodes
 * without disks start from it. This package does not depend on Maven.
 */
package dev.diskless.lab;
