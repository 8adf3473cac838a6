/**
 * What the scripts of the integration tests in {@code src/it} share: an image of a few kilobytes,
 * and a look into a bundle with the programs that a master has.
 */
package dev.diskless.it;
