package dev.diskless.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Positions of the frames of a compressed file (RFC 8878, section 3.1). The class reads only the
 * block headers: three bytes for up to 128 kB. So it finds the end of a frame without decompressing
 * it.
 */
public final class ZstdFrames {

  private static final int MAGIC = 0xFD2FB528;
  private static final int SKIPPABLE = 0x184D2A50;

  /**
   * A frame.
   *
   * @param start position of its first byte in the file
   * @param end position after its last byte
   */
  public record Frame(long start, long end) {}

  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);

  private ZstdFrames(FileChannel file) {
    this.file = file;
  }

  /**
   * Returns the frames of a file in their order.
   *
   * @throws IOException if the file is not in the zstd format, or is cut off
   */
  public static List<Frame> of(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      List<Frame> frames = new ArrayList<>();
      ZstdFrames walk = new ZstdFrames(channel);
      for (long at = 0; at < channel.size(); at = frames.get(frames.size() - 1).end()) {
        frames.add(new Frame(at, walk.end(at)));
      }
      return frames;
    }
  }

  private long end(long start) throws IOException {
    long magic = number(start, 4);
    if ((magic & ~0xFL) == SKIPPABLE) {
      return within(start + 8 + number(start + 4, 4));
    }
    if (magic != (MAGIC & 0xFFFFFFFFL)) {
      throw new IOException("no frame of zstd at byte " + start);
    }
    int descriptor = (int) number(start + 4, 1);
    boolean isSingle = (descriptor & 0x20) != 0;
    int dictionary = new int[] {0, 1, 2, 4}[descriptor & 3];
    int size = new int[] {isSingle ? 1 : 0, 2, 4, 8}[descriptor >> 6];
    long at = start + 5 + (isSingle ? 0 : 1) + dictionary + size;
    boolean isLast = false;
    while (!isLast) {
      int block = (int) number(at, 3);
      isLast = (block & 1) != 0;
      int type = block >> 1 & 3;
      if (type == 3) {
        throw new IOException("no block of zstd at byte " + at);
      }
      // A block of one byte, many times over.
      at += 3 + (type == 1 ? 1 : block >> 3);
    }
    return within(at + ((descriptor & 4) != 0 ? 4 : 0));
  }

  private long number(long at, int bytes) throws IOException {
    buffer.clear().putLong(0, 0).limit(bytes);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("it is cut off");
      }
    }
    return buffer.clear().getLong(0);
  }

  private long within(long end) throws IOException {
    if (end > file.size()) {
      throw new IOException("it is cut off");
    }
    return end;
  }

  /** The compressed bytes of some frames, one after the other; they are read as one file. */
  public static InputStream open(Path file, List<Frame> frames) throws IOException {
    return new Chosen(FileChannel.open(file, StandardOpenOption.READ), frames);
  }

  private static final class Chosen extends InputStream {

    private final FileChannel file;
    private final List<Frame> frames;
    private int frame;
    private long at;

    Chosen(FileChannel file, List<Frame> frames) {
      this.file = file;
      this.frames = List.copyOf(frames);
      this.at = frames.isEmpty() ? 0 : frames.get(0).start();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      while (frame < frames.size() && at == frames.get(frame).end()) {
        frame++;
        at = frame < frames.size() ? frames.get(frame).start() : 0;
      }
      if (length == 0 || frame == frames.size()) {
        return length == 0 ? 0 : -1;
      }
      int wanted = (int) Math.min(length, frames.get(frame).end() - at);
      int count = file.read(ByteBuffer.wrap(bytes, offset, wanted), at);
      at += Math.max(0, count);
      return count;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
