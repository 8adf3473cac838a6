/** The goals: parameters in, one call, a message out. The only package that knows Maven. */
package dev.diskless.mojo;
