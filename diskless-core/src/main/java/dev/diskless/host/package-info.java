/** Programs of the machine that this runs on, and how far long work has come. */
package dev.diskless.host;
