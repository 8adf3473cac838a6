import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Machines that ask a DHCP server for an address (RFC 2131), through a relay at 10.1.0.2; run as a source file in a network
 * namespace. A machine is MAC,ARCHITECTURE,VENDOR-CLASS,VERB; the verb is "discover", as firmware does that is offered nothing
 * to boot, or "request", which takes what is offered.
 */
public class DhcpMachines {

  private static final byte[] RELAY = {10, 1, 0, 2};

  /** The server's address, and the machines. */
  public static void main(String[] arguments) throws Exception {
    InetSocketAddress server = new InetSocketAddress(InetAddress.getByName(arguments[0]), 67);
    try (DatagramSocket socket = new DatagramSocket(67)) {
      socket.setSoTimeout(500);
      for (int i = 1; i < arguments.length; i++) {
        String[] machine = arguments[i].split(",", -1);
        // The server may still be starting.
        ByteBuffer offer = null;
        for (int attempt = 0; attempt < 40 && offer == null; attempt++) {
          offer = ask(socket, server, i, machine, 1, null);
        }
        if (offer != null && machine[3].equals("request")) {
          ask(socket, server, i, machine, 3, Arrays.copyOfRange(offer.array(), 16, 20));
        }
        System.out.println("offered: " + (offer == null ? "nothing" : Arrays.toString(
            Arrays.copyOfRange(offer.array(), 16, 20))));
      }
    }
  }

  private static ByteBuffer ask(
      DatagramSocket socket, InetSocketAddress to, int id, String[] machine, int type, byte[] wanted)
      throws Exception {
    ByteBuffer out = ByteBuffer.allocate(600);
    out.put((byte) 1).put((byte) 1).put((byte) 6).put((byte) 1).putInt(0x1000 + id);
    out.position(24);
    out.put(RELAY);
    out.put(HexFormat.of().parseHex(machine[0].replace(":", "")));
    out.position(236);
    out.putInt(0x63825363);
    option(out, 53, new byte[] {(byte) type});
    if (wanted != null) {
      option(out, 50, wanted);
      option(out, 54, to.getAddress().getAddress());
    }
    if (!machine[1].isEmpty()) {
      option(out, 93, new byte[] {0, (byte) Integer.parseInt(machine[1])});
      option(out, 94, new byte[] {1, 2, 1});
    }
    if (!machine[2].isEmpty()) {
      option(out, 60, machine[2].getBytes(StandardCharsets.US_ASCII));
    }
    out.put((byte) 255);
    try {
      socket.send(new DatagramPacket(out.array(), Math.max(300, out.position()), to));
    } catch (java.io.IOException nobodyThereYet) {
      Thread.sleep(100);
      return null;
    }
    while (true) {
      DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
      try {
        socket.receive(answer);
      } catch (SocketTimeoutException | java.net.PortUnreachableException none) {
        return null;
      }
      ByteBuffer in = ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
      if (in.get(0) == 2 && in.getInt(4) == 0x1000 + id) {
        return in;
      }
    }
  }

  private static void option(ByteBuffer out, int code, byte[] value) {
    out.put((byte) code).put((byte) value.length).put(value);
  }
}
