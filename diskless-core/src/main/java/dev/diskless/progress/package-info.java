/** How far long work has come. */
package dev.diskless.progress;
