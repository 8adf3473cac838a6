/**
 * Maven goals: they read parameters, call one method, and print a message. No other package imports
 * Maven.
 */
package dev.diskless.mojo;
