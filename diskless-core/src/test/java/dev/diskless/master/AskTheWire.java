package dev.diskless.master;

import java.net.InetAddress;
import java.time.Duration;

/** Asks for DHCP servers in a network that a test made, and prints what they offer. */
final class AskTheWire {

  private AskTheWire() {}

  public static void main(String[] arguments) throws Exception {
    System.out.println(
        "offers: "
            + DhcpProbe.ask(InetAddress.getByName(arguments[0]), Duration.ofSeconds(3))
                .orElseThrow());
  }
}
