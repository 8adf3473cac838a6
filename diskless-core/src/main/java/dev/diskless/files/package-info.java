/**
 * The project's own files, laid over an image as they are: {@code files/all}, {@code
 * files/groups/<group>}, {@code files/nodes/<node>}.
 */
package dev.diskless.files;
