package dev.diskless.template;

import dev.diskless.problem.Location;
import java.util.ArrayList;
import java.util.List;

/**
 * Source of a template.
 *
 * @param name path below the templates folder, such as {@code node/etc/fstab.vm}
 * @param scope purpose, which the first folder of the path defines
 * @param target path of the rendered file: the name without the first folder and {@code .vm}
 * @param shown name of the template in messages
 * @param text text with LF line ends
 * @param header settings in the first comment lines
 */
record TemplateSource(
    String name, TemplateScope scope, String target, String shown, String text, Header header) {

  /**
   * Settings in the first comment lines of a template.
   *
   * @param mode permission bits of the rendered file
   * @param also further paths of files with the same content. Paths of a node may differ only in
   *     case. Names of templates may not, because some file systems ignore case.
   */
  record Header(int mode, List<String> also) {

    /** Settings of a template without a header. */
    static final Header DEFAULT = new Header(0644, List.of());

    Header {
      also = List.copyOf(also);
    }
  }

  /** Returns the paths of all files with the rendered text. */
  List<String> targets() {
    List<String> all = new ArrayList<>(List.of(target));
    all.addAll(header.also());
    return all;
  }

  Location at(int line, int column) {
    return new Location(shown, line, column);
  }
}
