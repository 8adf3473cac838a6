package dev.diskless.template;

import java.util.Arrays;
import java.util.Optional;

/** How often a template is rendered, and where its file goes; named by its top folder. */
enum TemplateScope {
  /** Once, for the master. */
  MASTER("master"),
  /** Once, or once a node where its path has a token, for the root of the TFTP server. */
  BOOT("boot"),
  /** Once, for all nodes. */
  ALL("all"),
  /** Once a group. */
  GROUP("group"),
  /** Once a node. */
  NODE("node"),
  /** Never by itself: parts for {@code #parse}. */
  LIB("lib");

  private final String folder;

  TemplateScope(String folder) {
    this.folder = folder;
  }

  String folder() {
    return folder;
  }

  static Optional<TemplateScope> of(String folder) {
    return Arrays.stream(values()).filter(s -> s.folder.equals(folder)).findFirst();
  }
}
