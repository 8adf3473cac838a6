/** Programs of the machine that this runs on, run to their end. */
package dev.diskless.program;
