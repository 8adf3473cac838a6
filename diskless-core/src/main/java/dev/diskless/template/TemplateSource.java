package dev.diskless.template;

import dev.diskless.problem.Location;
import java.util.ArrayList;
import java.util.List;

/**
 * A template as it was found.
 *
 * @param name its path below the templates folder, {@code node/etc/fstab.vm}
 * @param scope its first folder
 * @param target the path of the file that it makes, without the scope and {@code .vm}
 * @param shown the name of its file for people
 * @param text with LF line ends
 * @param header what it says of its file
 */
record TemplateSource(
    String name, TemplateScope scope, String target, String shown, String text, Header header) {

  /**
   * What the comment lines that a template starts with say of its file.
   *
   * @param mode permission bits
   * @param also further paths of files with the same content. The file names of a project must
   *     differ by more than case, or it could not be checked out everywhere; those of a node need
   *     not.
   */
  record Header(int mode, List<String> also) {

    /** What holds unless a template says otherwise. */
    static final Header DEFAULT = new Header(0644, List.of());

    Header {
      also = List.copyOf(also);
    }
  }

  /** The path of every file that it makes. */
  List<String> targets() {
    List<String> all = new ArrayList<>(List.of(target));
    all.addAll(header.also());
    return all;
  }

  Location at(int line, int column) {
    return new Location(shown, line, column);
  }
}
