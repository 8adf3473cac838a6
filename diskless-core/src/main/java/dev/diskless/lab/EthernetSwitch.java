package dev.diskless.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ethernet switch for virtual machines. Each machine connects through a unix socket, and receives
 * broadcasts and the frames for its MAC address. A hub inside QEMU would give each machine the
 * frames of all others. QEMU 7.2 then stops if a machine does not accept frames, such as busy
 * firmware.
 *
 * <p>On a socket, the length of each frame precedes the frame, as four bytes in big-endian order
 * (QEMU's {@code -netdev stream}). The switch drops frames that a machine does not accept, as a
 * real network does.
 */
final class EthernetSwitch implements AutoCloseable {

  /** Maximum number of bytes that wait for a machine. */
  private static final int BUFFER = 4 << 20;

  private static final int LENGTH = 4;
  private static final int ADDRESS = 6;

  /** Minimum length of a frame in bytes: the Ethernet header. */
  private static final int LEAST_FRAME = 14;

  /**
   * Maximum length of a frame in bytes. With all offloads of a network card, QEMU sends 64 KB and a
   * header at once.
   */
  private static final int LONGEST_FRAME = 72 << 10;

  private final List<Path> sockets;
  private final List<Port> ports = new ArrayList<>();
  private final Map<Long, Port> stations = new HashMap<>();
  private final Selector selector;
  private final Thread thread = new Thread(this::run, "the lab's Ethernet switch");
  private volatile boolean isClosing;

  private EthernetSwitch(List<Path> sockets) throws IOException {
    this.sockets = List.copyOf(sockets);
    this.selector = Selector.open();
  }

  /**
   * Opens a switch, whose ports accept connections from now on.
   *
   * @param sockets the path of the socket of each port, at most 107 bytes long (unix(7))
   */
  static EthernetSwitch open(List<Path> sockets) throws IOException {
    EthernetSwitch made = new EthernetSwitch(sockets);
    try {
      for (Path socket : made.sockets) {
        made.ports.add(made.new Port(socket));
      }
    } catch (IOException | RuntimeException e) {
      made.release();
      throw e;
    }
    made.thread.setDaemon(true);
    made.thread.start();
    return made;
  }

  /** Returns the path of the socket of each port. */
  List<Path> sockets() {
    return sockets;
  }

  /** Socket, and the machine that is connected to it, if any. */
  private final class Port {
    private final ServerSocketChannel server;
    private final ByteBuffer in = ByteBuffer.allocateDirect(LONGEST_FRAME * 2);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
    private SocketChannel machine;
    private SelectionKey key;

    Port(Path socket) throws IOException {
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket), 1);
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT, this);
    }

    void accept() throws IOException {
      SocketChannel next = server.accept();
      if (next == null) {
        return;
      }
      unplug();
      machine = next;
      machine.configureBlocking(false);
      key = machine.register(selector, SelectionKey.OP_READ, this);
    }

    void unplug() {
      if (machine != null) {
        closeQuietly(machine);
        machine = null;
        in.clear();
        out.clear();
        stations.values().removeIf(port -> port == this);
      }
    }

    /** Forwards the frames that the machine sent. */
    void read() throws IOException {
      if (machine.read(in) < 0) {
        unplug();
        return;
      }
      in.flip();
      while (in.remaining() >= LENGTH) {
        int length = in.getInt(in.position());
        if (length < LEAST_FRAME || length > LONGEST_FRAME) {
          throw new IOException("no frame has %d bytes".formatted(length));
        }
        if (in.remaining() < LENGTH + length) {
          break;
        }
        ByteBuffer frame = in.slice(in.position(), LENGTH + length);
        in.position(in.position() + LENGTH + length);
        pass(frame);
      }
      in.compact();
    }

    private void pass(ByteBuffer frame) {
      stations.put(address(frame, LENGTH + ADDRESS), this);
      boolean forMany = (frame.get(LENGTH) & 1) != 0;
      Port to = forMany ? null : stations.get(address(frame, LENGTH));
      if (to != null) {
        if (to != this) {
          to.take(frame);
        }
        return;
      }
      for (Port other : ports) {
        if (other != this) {
          other.take(frame);
        }
      }
    }

    private void take(ByteBuffer frame) {
      if (machine != null && out.remaining() >= frame.limit()) {
        out.put(frame.duplicate().rewind());
      }
    }

    /** Sends waiting frames to the machine, as many as it accepts. */
    void write() throws IOException {
      if (machine == null) {
        return;
      }
      if (out.position() > 0) {
        out.flip();
        machine.write(out);
        out.compact();
      }
      key.interestOps(
          out.position() > 0 ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }
  }

  private static long address(ByteBuffer frame, int at) {
    return (frame.getShort(at) & 0xffffL) << 32 | frame.getInt(at + 2) & 0xffffffffL;
  }

  /** Action of a port when its socket is ready. */
  private interface Service {
    void of(Port port) throws IOException;
  }

  private static void serve(Port port, Service service) {
    try {
      service.of(port);
    } catch (IOException e) {
      // The machine has ended, and the thread that waits for its process reports that.
      port.unplug();
    }
  }

  private void run() {
    try {
      while (!isClosing) {
        selector.select();
        // Accept connections first, so that a machine receives each frame that was sent after it
        // connected.
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isValid() && key.isAcceptable()) {
            serve((Port) key.attachment(), Port::accept);
          }
        }
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isValid() && key.isReadable()) {
            serve((Port) key.attachment(), Port::read);
          }
        }
        selector.selectedKeys().clear();
        for (Port port : ports) {
          serve(port, Port::write);
        }
      }
    } catch (ClosedSelectorException interrupted) {
      // The switch was closed, which also ends this thread.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    // Only the switch's own thread may use the selector's keys, so that thread ends first.
    isClosing = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    release();
  }

  private void release() throws IOException {
    selector.close();
    for (Port port : ports) {
      port.unplug();
      closeQuietly(port.server);
    }
    for (Path socket : sockets) {
      Files.deleteIfExists(socket);
    }
  }

  private static void closeQuietly(AutoCloseable channel) {
    try {
      channel.close();
    } catch (Exception e) {
      // The channel has no further use.
    }
  }
}
