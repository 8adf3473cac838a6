package dev.diskless.boot;

import dev.diskless.tree.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Content of a compressed kernel file after decompression. Some loaders, such as iPXE, start an
 * arm64 Image only if it is not compressed (Documentation/arch/arm64/booting.rst of Linux).
 */
final class UnpackedKernel implements Content {

  private final Content packed;
  private final KernelCompression compression;
  private long size = -1;

  /**
   * @param packed the file, which is compressed as a whole
   * @param compression of the file
   */
  UnpackedKernel(Content packed, KernelCompression compression) {
    this.packed = packed;
    this.compression = compression;
  }

  /** The file does not contain the size reliably, so the first call decompresses the file. */
  @Override
  public synchronized long size() {
    if (size < 0) {
      try (InputStream in = open()) {
        size = in.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return size;
  }

  @Override
  public InputStream open() throws IOException {
    InputStream in = packed.open();
    try {
      return compression.decompress(in);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }
}
