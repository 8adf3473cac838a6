package dev.diskless.bundle;

import dev.diskless.tree.Layer;
import java.util.Objects;

/**
 * Part of a bundle for one of several masters, or for the only master.
 *
 * @param name name of the master
 * @param files rendered for the master itself
 * @param boot rendered files for the TFTP root that only nodes of this master need; empty for the
 *     only master, because {@link BundleContents#boot} then has all these files
 */
public record MasterPart(String name, Layer files, Layer boot) {

  public MasterPart {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(files, "files");
    Objects.requireNonNull(boot, "boot");
  }

  /** Returns the part of the only master. */
  public static MasterPart only(String name, Layer files) {
    return new MasterPart(name, files, Layer.builder("boot").build());
  }
}
