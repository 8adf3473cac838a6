/**
 * Velocity templates to the files of layers. The project's templates shadow the shipped ones by
 * path. Knows nothing of archives.
 */
package dev.diskless.template;
