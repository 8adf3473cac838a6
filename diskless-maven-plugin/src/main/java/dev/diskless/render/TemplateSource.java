package dev.diskless.render;

import dev.diskless.problem.Location;

/**
 * A template as it was found.
 *
 * @param name its path below the templates folder, {@code node/etc/fstab.vm}
 * @param scope its first folder
 * @param target the path of the file that it makes, without the scope and {@code .vm}
 * @param shown the name of its file for people
 * @param text with LF line ends
 * @param mode permission bits of the file that it makes
 */
record TemplateSource(
    String name, Scope scope, String target, String shown, String text, int mode) {

  Location at(int line, int column) {
    return new Location(shown, line, column);
  }
}
