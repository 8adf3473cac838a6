/**
 * Actions on many running nodes over SSH: commands, and copies of files. Knows nothing of Maven.
 */
package dev.diskless.fleet;
