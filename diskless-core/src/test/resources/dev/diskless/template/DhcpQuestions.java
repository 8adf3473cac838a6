import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * Asks a DHCP server (RFC 2131) and prints what it offers, a line a question; run as a source file in a network namespace.
 * The ways: "relay" unicasts as a relay does, "broadcast" asks as firmware does, "pxe" asks the boot server at port 4011 (PXE
 * specification 2.1, section 2.2.4), on a BIOS for the first item of the menu. A question is MAC,RELAY,ARCHITECTURE,USER-CLASS,VENDOR-CLASS,NAME; the last five can
 * be empty.
 */
public class DhcpQuestions {

  private static final int COOKIE = 0x63825363;
  private static final byte[] WANTED = {1, 3, 6, 12, 15, 17, 28, 51};
  private static final long MOST_MILLIS = 15_000;
  private static final long QUIET_MILLIS = 3_000;

  /** The server's address, the way, and the questions. */
  public static void main(String[] arguments) throws Exception {
    InetAddress server = InetAddress.getByName(arguments[0]);
    String way = arguments[1];
    InetSocketAddress to =
        switch (way) {
          case "relay" -> new InetSocketAddress(server, 67);
          case "broadcast" -> new InetSocketAddress("255.255.255.255", 67);
          case "pxe" -> new InetSocketAddress(server, 4011);
          default -> throw new IllegalArgumentException(way);
        };
    String[] questions = Arrays.copyOfRange(arguments, 2, arguments.length);
    String[] answers = new String[questions.length];
    try (DatagramSocket socket = new DatagramSocket(null)) {
      socket.setReuseAddress(true);
      socket.setBroadcast(true);
      socket.bind(new InetSocketAddress(way.equals("relay") ? 67 : 68));
      socket.setSoTimeout(300);
      long end = System.currentTimeMillis() + MOST_MILLIS;
      long answered = 0;
      // The server may still be starting, so ask again; once it talks, silence is an answer.
      while (System.currentTimeMillis() < end
          && Arrays.asList(answers).contains(null)
          && (answered == 0 || System.currentTimeMillis() < answered + QUIET_MILLIS)) {
        for (int i = 0; i < questions.length; i++) {
          if (answers[i] == null) {
            byte[] packet = packet(i + 1, questions[i].split(",", -1), way);
            try {
              socket.send(new DatagramPacket(packet, packet.length, to));
            } catch (java.io.IOException nobodyThereYet) {
              Thread.sleep(100);
            }
          }
        }
        long pause = System.currentTimeMillis() + 1000;
        while (System.currentTimeMillis() < pause) {
          DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
          try {
            socket.receive(answer);
          } catch (SocketTimeoutException | java.net.PortUnreachableException none) {
            continue;
          }
          ByteBuffer in = ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
          int id = in.getInt(4);
          if (in.get(0) == 2 && id >= 1 && id <= answers.length && answers[id - 1] == null) {
            answers[id - 1] = describe(in);
            answered = System.currentTimeMillis();
          }
        }
      }
    }
    for (String answer : answers) {
      System.out.println("answer: " + (answer == null ? "none" : answer));
    }
  }

  private static byte[] packet(int id, String[] question, String way) throws Exception {
    ByteBuffer out = ByteBuffer.allocate(600);
    out.put((byte) 1).put((byte) 1).put((byte) 6).put((byte) (question[1].isEmpty() ? 0 : 1));
    out.putInt(id).putShort((short) 0).putShort((short) (way.equals("broadcast") ? 0x8000 : 0));
    if (way.equals("pxe")) {
      out.put(12, (byte) 10).put(13, (byte) 1).put(14, (byte) 0).put(15, (byte) 2);
    }
    out.position(24);
    if (!question[1].isEmpty()) {
      out.put(InetAddress.getByName(question[1]).getAddress());
    }
    out.position(28);
    byte[] mac = HexFormat.of().parseHex(question[0].replace(":", ""));
    out.put(mac);
    out.position(236);
    out.putInt(COOKIE);
    option(out, 53, new byte[] {(byte) (way.equals("pxe") ? 3 : 1)});
    if (way.equals("pxe") && question[2].equals("0")) {
      option(out, 43, new byte[] {71, 4, (byte) 0x80, 0, 0, 0, (byte) 255});
    }
    option(out, 55, WANTED);
    // A client id that is not the MAC, as firmware sends it (RFC 4578, section 2.3).
    byte[] uuid = new byte[17];
    System.arraycopy(mac, 0, uuid, 1, 6);
    option(out, 61, uuid);
    option(out, 97, uuid);
    if (!question[2].isEmpty()) {
      option(out, 93, new byte[] {0, (byte) Integer.parseInt(question[2])});
      option(out, 94, new byte[] {1, 2, 1});
    }
    if (!question[3].isEmpty()) {
      option(out, 77, question[3].getBytes(StandardCharsets.US_ASCII));
    }
    if (!question[4].isEmpty()) {
      option(out, 60, question[4].getBytes(StandardCharsets.US_ASCII));
    }
    if (!question[5].isEmpty()) {
      option(out, 12, question[5].getBytes(StandardCharsets.US_ASCII));
    }
    out.put((byte) 255);
    return Arrays.copyOf(out.array(), Math.max(300, out.position()));
  }

  private static void option(ByteBuffer out, int code, byte[] value) {
    out.put((byte) code).put((byte) value.length).put(value);
  }

  private static String describe(ByteBuffer in) throws Exception {
    TreeMap<Integer, String> options = new TreeMap<>();
    in.position(240);
    while (in.hasRemaining()) {
      int code = in.get() & 0xFF;
      if (code == 255) {
        break;
      }
      if (code != 0) {
        byte[] value = new byte[in.get() & 0xFF];
        in.get(value);
        options.put(code, shown(code, value));
      }
    }
    String file = text(Arrays.copyOfRange(in.array(), 108, 236));
    if (file.isEmpty()) {
      file = options.getOrDefault(67, "");
    }
    // The server's own, and what only says who it is.
    options.keySet().removeAll(java.util.List.of(43, 53, 54, 58, 59, 61, 66, 67, 97));
    return address(in, 16) + " from " + address(in, 20) + " file '" + file + "' " + options;
  }

  private static String shown(int code, byte[] value) throws Exception {
    switch (code) {
      case 1, 3, 6, 28, 54:
        StringBuilder all = new StringBuilder();
        for (int i = 0; i + 4 <= value.length; i += 4) {
          all.append(i == 0 ? "" : " ");
          all.append(
              InetAddress.getByAddress(Arrays.copyOfRange(value, i, i + 4)).getHostAddress());
        }
        return all.toString();
      case 51:
        return String.valueOf(ByteBuffer.wrap(value).getInt());
      case 12, 15, 17, 60, 67:
        return text(value);
      default:
        return HexFormat.of().formatHex(value);
    }
  }

  private static String text(byte[] value) {
    int end = 0;
    while (end < value.length && value[end] != 0) {
      end++;
    }
    return new String(value, 0, end, StandardCharsets.US_ASCII);
  }

  private static String address(ByteBuffer in, int at) throws Exception {
    return InetAddress.getByAddress(Arrays.copyOfRange(in.array(), at, at + 4)).getHostAddress();
  }
}
