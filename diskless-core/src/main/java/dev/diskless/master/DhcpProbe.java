package dev.diskless.master;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Searches a network for DHCP servers as a new machine does (DHCPDISCOVER of RFC 2131). The probe
 * accepts no offered address.
 */
final class DhcpProbe {

  private static final int SERVER_PORT = 67;
  private static final int CLIENT_PORT = 68;

  /** Length in bytes of the fields before the options, including the magic cookie (RFC 2131). */
  private static final int FIXED = 240;

  private static final int MAGIC = 0x63825363;
  private static final int AT_OFFERED = 16;
  private static final int AT_MAGIC = 236;

  // RFC 2132
  private static final int MESSAGE_TYPE = 53;
  private static final int SERVER_IDENTIFIER = 54;
  private static final int END = 255;
  private static final byte DISCOVER = 1;
  private static final byte OFFER = 2;

  /**
   * Number of requests. A port of a switch that has just become active may lose the first packet.
   */
  private static final int QUESTIONS = 2;

  private DhcpProbe() {}

  /**
   * Sends the requests and collects the offers.
   *
   * @param from an address of this machine; the probe searches the network of its NIC
   * @param wait how long to wait for answers to each request
   * @return the offer of each server, by the server's address; empty if the client port is in use
   *     or the user may not open it
   * @throws IOException if no packet can be sent from that address
   */
  static Optional<TreeMap<String, String>> ask(InetAddress from, Duration wait) throws IOException {
    TreeMap<String, String> offers = new TreeMap<>();
    // Servers broadcast offers, because the client has no address yet. A socket that is bound to an
    // address would not receive them.
    try (DatagramSocket heard = new DatagramSocket(null);
        DatagramSocket asking = new DatagramSocket(new InetSocketAddress(from, 0))) {
      heard.setReuseAddress(true);
      heard.bind(new InetSocketAddress(CLIENT_PORT));
      asking.setBroadcast(true);
      int transaction = new SecureRandom().nextInt();
      byte[] question = discover(transaction);
      for (int i = 0; i < QUESTIONS; i++) {
        asking.send(
            new DatagramPacket(
                question, question.length, InetAddress.getByName("255.255.255.255"), SERVER_PORT));
        long end = System.nanoTime() + wait.toNanos();
        for (long left = wait.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
          heard.setSoTimeout((int) left);
          DatagramPacket answer = new DatagramPacket(new byte[1500], 1500);
          try {
            heard.receive(answer);
          } catch (SocketTimeoutException nobodyElse) {
            break;
          }
          ByteBuffer packet = ByteBuffer.wrap(answer.getData(), 0, answer.getLength()).slice();
          if (isOffer(packet, transaction)) {
            offers.put(
                option(packet, SERVER_IDENTIFIER)
                    .map(DhcpProbe::address)
                    .orElse(answer.getAddress().getHostAddress()),
                address(packet.slice(AT_OFFERED, 4)));
          }
        }
      }
    } catch (BindException taken) {
      return Optional.empty();
    }
    return Optional.of(offers);
  }

  /**
   * Returns a DHCPDISCOVER of a machine with an invented MAC address, which requests an answer by
   * broadcast.
   */
  static byte[] discover(int transaction) {
    ByteBuffer packet = ByteBuffer.allocate(300);
    packet.put((byte) 1).put((byte) 1).put((byte) 6).put((byte) 0);
    packet.putInt(transaction).putShort((short) 0).putShort((short) 0x8000);
    packet.position(packet.position() + 16);
    packet.put((byte) 0x02).put((byte) 0xd1).putInt(transaction);
    packet.putInt(AT_MAGIC, MAGIC);
    packet.position(FIXED);
    packet.put((byte) MESSAGE_TYPE).put((byte) 1).put(DISCOVER).put((byte) END);
    return packet.array();
  }

  static boolean isOffer(ByteBuffer packet, int transaction) {
    return packet.limit() > FIXED
        && packet.get(0) == 2
        && packet.getInt(4) == transaction
        && packet.getInt(AT_MAGIC) == MAGIC
        && option(packet, MESSAGE_TYPE).filter(type -> type.get(0) == OFFER).isPresent();
  }

  private static Optional<ByteBuffer> option(ByteBuffer packet, int wanted) {
    int at = FIXED;
    while (at < packet.limit() && (packet.get(at) & 0xFF) != END) {
      if (packet.get(at) == 0) {
        at++;
        continue;
      }
      int length = at + 1 < packet.limit() ? packet.get(at + 1) & 0xFF : 0;
      if (at + 2 + length > packet.limit()) {
        break;
      }
      if ((packet.get(at) & 0xFF) == wanted && length > 0) {
        return Optional.of(packet.slice(at + 2, length));
      }
      at += 2 + length;
    }
    return Optional.empty();
  }

  private static String address(ByteBuffer bytes) {
    return "%d.%d.%d.%d"
        .formatted(
            bytes.get(0) & 0xFF, bytes.get(1) & 0xFF, bytes.get(2) & 0xFF, bytes.get(3) & 0xFF);
  }
}
