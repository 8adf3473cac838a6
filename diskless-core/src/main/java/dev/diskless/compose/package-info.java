/**
 * Composes root trees from an image and layers, and checks the result. Knows nothing of bundles and
 * of goals.
 */
package dev.diskless.compose;
