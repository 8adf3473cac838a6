/**
 * The cluster as it is meant: immutable records, valid by construction, and the views derived from
 * them (exports from mounts, the boot entry of a node). Knows nothing of files, YAML or Maven.
 */
package dev.diskless.model;
