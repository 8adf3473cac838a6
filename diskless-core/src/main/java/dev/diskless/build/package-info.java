/**
 * The steps of a build, one a goal, and what they leave for each other under {@code
 * target/diskless}. Knows nothing of Maven.
 */
package dev.diskless.build;
