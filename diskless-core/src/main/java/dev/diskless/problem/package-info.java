/**
 * Errors and warnings about the input of a user: message, location and remedy. Knows no other
 * package.
 */
package dev.diskless.problem;
