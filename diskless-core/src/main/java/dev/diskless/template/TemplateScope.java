package dev.diskless.template;

import java.util.Arrays;
import java.util.Optional;

/** Purpose of a template: how often it is rendered, and for which machines. */
enum TemplateScope {
  /** Rendered once per master. */
  MASTER("master"),
  /** Rendered once, or once per node if the path contains a token. Files of the TFTP root. */
  BOOT("boot"),
  /** Rendered once. Files of all nodes. */
  ALL("all"),
  /** Rendered once per group. */
  GROUP("group"),
  /** Rendered once per node. */
  NODE("node"),
  /** Rendered only as a part of other templates, with {@code #parse}. */
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
