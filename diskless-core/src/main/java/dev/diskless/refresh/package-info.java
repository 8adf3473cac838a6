/**
 * Refresh of running nodes: changed files of a release are written into the nodes' own root file
 * systems, without a reboot.
 */
package dev.diskless.refresh;
