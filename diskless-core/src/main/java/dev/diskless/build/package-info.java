/**
 * The steps of a build, one a goal, and what they leave for each other under {@code
 * target/diskless}. Knows every package but {@code mojo}, and nothing of Maven.
 */
package dev.diskless.build;
