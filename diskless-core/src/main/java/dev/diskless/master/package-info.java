/**
 * Manages releases on a master: installation, checks, switch and rollback. The bundle's own script
 * writes the files, so that a master without Java has the same layout. This package adds functions
 * that the script lacks: checks of the host and its services. This package does not depend on
 * Maven.
 */
package dev.diskless.master;
