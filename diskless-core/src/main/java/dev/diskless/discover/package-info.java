/**
 * MachineTraces that requested an address but are not in the descriptor. Reads leases and logs,
 * chooses names, and adds nodes to the descriptor or its inventory. Knows neither Maven nor the
 * reader of descriptors.
 */
package dev.diskless.discover;
