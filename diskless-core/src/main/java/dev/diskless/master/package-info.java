/**
 * Releases on a master: install, check, switch, take back. What lies on disk is written by the
 * bundle's own script, so that a master without Java has the very same; this package adds what the
 * script cannot do: the checkers of the host and its services. Knows nothing of Maven.
 */
package dev.diskless.master;
