package dev.diskless.archive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The content of a compressed file, frame by frame. A reader sees one stream, as {@code zstd -dc}
 * prints it, and can ask where a frame ends, or skip the rest of a frame. A file in another format
 * than zstd counts as one frame.
 */
public final class FrameStream extends InputStream {

  /** The default of {@code zstd -d}; a larger window would let a small file take much memory. */
  public static final int MAX_WINDOW_LOG = 27;

  private static final int BUFFER = 1 << 17;

  private final Path file;
  private final Compression compression;
  private final List<ZstdFrames.Frame> frames;
  private final byte[] buffer = new byte[BUFFER];
  private InputStream current = InputStream.nullInputStream();
  private int frame = -1;
  private int at;
  private int end;

  /**
   * Opens a file before its first frame.
   *
   * @throws IOException if the file is neither zstd nor gzip, or if it is cut off
   */
  public FrameStream(Path file) throws IOException {
    this.file = file;
    this.compression = Compression.detect(file);
    switch (compression) {
      case ZSTD -> frames = ZstdFrames.of(file);
      case GZIP -> frames = List.of(new ZstdFrames.Frame(0, Files.size(file)));
      default -> throw new IOException("it is compressed neither with zstd nor with gzip");
    }
  }

  /** How many frames the file has. */
  public int frames() {
    return frames.size();
  }

  /** The number of the frame of the last byte that was read, counted from 0; -1 at the start. */
  public int frame() {
    return frame;
  }

  /** Whether all bytes of the current frame were read; also true before the first frame. */
  public boolean isAtFrameEnd() throws IOException {
    return !fill();
  }

  /**
   * Goes to the start of the next frame; the rest of the current frame is skipped without being
   * decompressed.
   *
   * @return whether there is a next frame
   */
  public boolean nextFrame() throws IOException {
    skipFrame();
    if (frame + 1 >= frames.size()) {
      return false;
    }
    frame++;
    InputStream compressed =
        compression == Compression.ZSTD
            ? ZstdFrames.open(file, List.of(frames.get(frame)))
            : Files.newInputStream(file);
    try {
      current = compression.decompress(compressed, MAX_WINDOW_LOG);
    } catch (IOException e) {
      compressed.close();
      throw e;
    }
    return true;
  }

  /** Skips the rest of the current frame without decompressing it. */
  public void skipFrame() throws IOException {
    at = 0;
    end = 0;
    current.close();
    current = InputStream.nullInputStream();
  }

  /** Whether the buffer has a byte of the current frame. */
  private boolean fill() throws IOException {
    if (at < end) {
      return true;
    }
    try {
      at = 0;
      end = Math.max(0, current.read(buffer, 0, BUFFER));
    } catch (ZstdIOException e) {
      end = 0;
      throw e.getErrorCode() == Zstd.errFrameParameterWindowTooLarge()
          ? new IOException("its zstd window is larger than 2^" + MAX_WINDOW_LOG + " bytes", e)
          : e;
    }
    return at < end;
  }

  private boolean fillFromAnyFrame() throws IOException {
    while (!fill()) {
      if (!nextFrame()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int read() throws IOException {
    return fillFromAnyFrame() ? buffer[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fillFromAnyFrame()) {
      return -1;
    }
    int count = Math.min(length, end - at);
    System.arraycopy(buffer, at, bytes, offset, count);
    at += count;
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    if (count <= 0 || !fillFromAnyFrame()) {
      return 0;
    }
    int skipped = (int) Math.min(count, end - at);
    at += skipped;
    return skipped;
  }

  @Override
  public void close() throws IOException {
    current.close();
  }
}
