/**
 * Rendering of Velocity templates into the files of layers. A template of the project replaces the
 * shipped template with the same path.
 */
package dev.diskless.template;
