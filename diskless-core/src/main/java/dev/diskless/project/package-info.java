/**
 * A cluster project on the disk: its sources, and what goals leave for each other under {@code
 * target/diskless}. Knows nothing of goals and of Maven.
 */
package dev.diskless.project;
