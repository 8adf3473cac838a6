package dev.diskless.lab;

import java.util.Map;

/** Checks of a node's firmware, as scripts like the scripts of {@link CheckScripts}. */
final class StartScripts {

  private StartScripts() {}

  /**
   * Returns the scripts by name. A BIOS needs no script, because every node without UEFI has a
   * BIOS.
   */
  static Map<String, String> of(Start start) {
    return switch (start.firmware()) {
      case BIOS -> Map.of();
      case UEFI -> Map.of(start.firmware().keyword(), "ls /sys/firmware/efi");
      case SECURE_BOOT ->
          Map.of(
              start.firmware().keyword(),
              """
              f=/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
              [ ! -e "$f" ] || echo "SecureBoot of the firmware: $(od -An -tu1 -j4 -N1 "$f")"
              cat /sys/kernel/security/lockdown 2>/dev/null
              dmesg | grep -i 'secure boot' || journalctl -q -k -o cat | grep -i 'secure boot'
              { dmesg; journalctl -q -k -o cat; } | grep -qi 'secure boot enabled'
              """);
    };
  }
}
