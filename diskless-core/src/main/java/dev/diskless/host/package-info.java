/**
 * The machine that this process runs on: programs, quoting for shells, durable files, JSON text and
 * progress of long work. Knows nothing of any other package. Only this package starts processes.
 */
package dev.diskless.host;
