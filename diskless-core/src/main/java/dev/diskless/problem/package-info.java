/**
 * What is wrong with what a user gave: the message, where it stands, and what to write instead.
 * Knows nothing of any other package.
 */
package dev.diskless.problem;
