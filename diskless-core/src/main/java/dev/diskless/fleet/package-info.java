/**
 * What is done on nodes that run, over SSH: commands, and copies of files. Which nodes, how many at
 * once, and what they said, gathered where it is the same. Knows nothing of Maven.
 */
package dev.diskless.fleet;
