package dev.diskless.descriptor;

import dev.diskless.problem.Location;

/**
 * Something with the place where the user wrote it.
 *
 * @param value what it means
 * @param at where it stands
 */
record Placed<T>(T value, Location at) {}
