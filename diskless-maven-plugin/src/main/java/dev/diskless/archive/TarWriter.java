package dev.diskless.archive;

import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Writes a tar archive. */
public final class TarWriter implements Closeable {

  private final OutputStream out;

  /**
   * @param out gets large chunks; stays open after {@link #close}
   */
  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes one entry.
   *
   * @param name in the archive
   * @return the SHA-256 of a file's bytes; empty for anything else
   */
  public Optional<Digest> write(TreePath name, Entry entry) throws IOException {
    throw new UnsupportedOperationException(out.toString());
  }

  /**
   * Writes a further name of a file written before.
   *
   * @param target the name that was written before
   */
  public void writeHardLink(TreePath name, TreePath target, Entry entry) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Writes the end of the archive and flushes; the stream given stays open. */
  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
