/**
 * Machines that asked for an address and are not in the descriptor: read from leases and logs,
 * named, and added to the descriptor or its inventory. Knows nothing of Maven, nor of how a
 * descriptor is read.
 */
package dev.diskless.discover;
