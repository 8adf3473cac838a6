/**
 * Files of the project that override those of an image: {@code files/all}, {@code
 * files/groups/<group>}, {@code files/nodes/<node>}.
 */
package dev.diskless.files;
