package dev.diskless.model;

import java.util.Objects;

/** A user or a group that owns a file, as a rule names it. */
public sealed interface Owner {

  /** The largest number that a file system keeps; the next one means "none" to chown(2). */
  long MAX_ID = 0xFFFF_FFFEL;

  /** Root, both as a user and as a group; no table of names is needed to know it. */
  Owner ROOT = new Id(0);

  /**
   * Owner with a number.
   *
   * @param id from 0 to {@link #MAX_ID}
   */
  record Id(long id) implements Owner {
    public Id {
      if (id < 0 || id > MAX_ID) {
        throw new IllegalArgumentException("no uid or gid: " + id);
      }
    }
  }

  /**
   * Owner with a name. Only /etc/passwd or /etc/group of the tree itself can resolve it.
   *
   * @param name as those files have it
   */
  record Name(String name) implements Owner {
    public Name {
      Objects.requireNonNull(name, "name");
    }
  }
}
