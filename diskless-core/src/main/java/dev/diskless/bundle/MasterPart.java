package dev.diskless.bundle;

import dev.diskless.tree.Layer;
import java.util.Objects;

/**
 * What a bundle has for one of several masters, or for the only one.
 *
 * @param name the master's
 * @param files rendered for the master itself
 * @param boot rendered for the TFTP root, for nodes of this master only; empty where it is the only
 *     master, for then all of the TFTP root is
 */
public record MasterPart(String name, Layer files, Layer boot) {

  public MasterPart {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(files, "files");
    Objects.requireNonNull(boot, "boot");
  }

  /** Of the only master. */
  public static MasterPart only(String name, Layer files) {
    return new MasterPart(name, files, Layer.builder("boot").build());
  }
}
