package dev.diskless.discover;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What all traces together tell of a machine.
 *
 * @param mac in lower case with colons
 * @param vendor of the network card; empty where no list tells
 * @param architecture DHCP option 93 as it was last told
 * @param first the oldest trace that tells its time
 * @param last the newest one
 * @param address that it was given or offered last
 */
record Machine(
    String mac,
    Optional<String> vendor,
    Optional<Integer> architecture,
    Optional<Instant> first,
    Optional<Instant> last,
    Optional<String> address) {

  /** IANA's "Processor Architecture Types", which begins with the table of RFC 4578. */
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
    // EBC by the list; much x64 firmware says so, for RFC 4578 was published with an error.
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

  /** For a person; a number where the architecture has no name here. */
  Optional<String> architectureName() {
    return architecture.map(a -> NAMES.getOrDefault(a, "type " + a));
  }
}
