/**
 * Support that tests of all packages and the scripts of integration projects share: clusters,
 * programs of this machine, and conditions under which tests are skipped.
 */
package dev.diskless.testing;
