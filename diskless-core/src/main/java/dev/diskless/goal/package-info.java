/**
 * A class for each goal. A goal reads the project and what earlier goals left in the work folder,
 * and calls the packages that do the work. Knows nothing of Maven.
 */
package dev.diskless.goal;
