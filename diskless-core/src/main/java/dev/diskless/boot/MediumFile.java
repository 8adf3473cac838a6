package dev.diskless.boot;

import dev.diskless.tree.Content;
import java.util.Objects;
import java.util.Set;

/**
 * A file on a boot medium.
 *
 * @param path with slashes, of names that ISO 9660 and FAT both take as they are
 * @param places where it stands
 * @param content its bytes
 */
public record MediumFile(String path, Set<Place> places, Content content) {

  /** The two file systems of a medium. */
  public enum Place {
    /** The ISO 9660 file system over the whole medium, which ISOLINUX and a UEFI CD read. */
    DISC,
    /** The FAT file system that UEFI firmware starts from (UEFI Specification, 13.3). */
    ESP
  }

  public MediumFile {
    Objects.requireNonNull(path, "path");
    places = Set.copyOf(places);
    Objects.requireNonNull(content, "content");
  }
}
