package dev.diskless.discover;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Facts about a machine from all of its traces.
 *
 * @param mac MAC address in lower case with colons
 * @param vendor vendor of the network card; empty if no list contains it
 * @param architecture latest value of DHCP option 93; empty if there is none
 * @param first time of the oldest trace; empty if no trace has a time
 * @param last time of the newest trace; empty if no trace has a time
 * @param address latest leased or offered address; empty if there is none
 */
record Machine(
    String mac,
    Optional<String> vendor,
    Optional<Integer> architecture,
    Optional<Instant> first,
    Optional<Instant> last,
    Optional<String> address) {

  /**
   * Names of architectures from "Processor Architecture Types" of IANA, which extends the table of
   * RFC 4578.
   */
  private static final Map<Integer, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put(0, "x86 BIOS");
    NAMES.put(1, "NEC/PC98");
    NAMES.put(2, "Itanium");
    NAMES.put(3, "DEC Alpha");
    NAMES.put(4, "Arc x86");
    NAMES.put(5, "Intel Lean Client");
    NAMES.put(6, "x86 UEFI");
    NAMES.put(7, "x64 UEFI");
    // The list has EBC here. Many x64 machines send this value, because RFC 4578 had an error.
    NAMES.put(9, "x64 UEFI (EBC)");
    NAMES.put(10, "ARM 32-bit UEFI");
    NAMES.put(11, "ARM 64-bit UEFI");
    NAMES.put(15, "x86 UEFI HTTP");
    NAMES.put(16, "x64 UEFI HTTP");
    NAMES.put(18, "ARM 32-bit UEFI HTTP");
    NAMES.put(19, "ARM 64-bit UEFI HTTP");
    NAMES.put(20, "x86 BIOS HTTP");
    NAMES.put(25, "RISC-V 32-bit UEFI");
    NAMES.put(26, "RISC-V 32-bit UEFI HTTP");
    NAMES.put(27, "RISC-V 64-bit UEFI");
    NAMES.put(28, "RISC-V 64-bit UEFI HTTP");
  }

  /** Returns the name of the architecture, or its number if the number is unknown. */
  Optional<String> architectureName() {
    return architecture.map(a -> NAMES.getOrDefault(a, "type " + a));
  }
}
