/**
 * Sources of base trees: directories, archives, artifacts and Debian packages. The package also
 * contains the caches and locks of these sources. It does not depend on nodes.
 */
package dev.diskless.image;
