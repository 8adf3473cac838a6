/**
 * Reads what a user writes about a cluster: the descriptor, the inventory beside it, the
 * permissions of the files layers. Every mistake is found in one run, each with its place and with
 * what to write instead. Publishes the JSON Schema that editors complete the descriptor by.
 */
package dev.diskless.descriptor;
