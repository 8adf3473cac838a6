/**
 * The model of a cluster: immutable records that are always valid, and derived views. Examples of
 * views are the exports of mounts and the boot entry of a node. Knows nothing of files, YAML or
 * Maven.
 */
package dev.diskless.model;
