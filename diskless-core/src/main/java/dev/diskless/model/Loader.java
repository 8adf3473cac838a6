package dev.diskless.model;

import java.util.Objects;

/**
 * The file that the firmware of a machine loads first.
 *
 * @param architecture DHCP option 93 of the firmware (RFC 4578 and IANA's list "Processor
 *     Architecture Types")
 * @param http whether the firmware wants a URL (HTTP boot) rather than a path (TFTP)
 * @param file path below the root of the TFTP and HTTP server
 * @param ipxeFile path for a machine that already runs iPXE; usually equal to {@code file}
 */
public record Loader(int architecture, boolean http, String file, String ipxeFile) {

  /** PC BIOS. */
  public static final int BIOS = 0;

  /** x64 UEFI, by the list's name for it. */
  public static final int X64_UEFI = 7;

  /** EBC in IANA's list. Much x64 firmware sends this value, because RFC 4578 had an error. */
  public static final int X64_UEFI_TOO = 9;

  /** arm64 UEFI. */
  public static final int ARM64_UEFI = 11;

  /** x64 UEFI that boots over HTTP. */
  public static final int X64_UEFI_HTTP = 16;

  /** arm64 UEFI that boots over HTTP. */
  public static final int ARM64_UEFI_HTTP = 19;

  public Loader {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(ipxeFile, "ipxeFile");
    if (architecture < 0 || architecture > 0xFFFF) {
      throw new IllegalArgumentException("not 16 bits: " + architecture);
    }
  }

  /** The architecture as ISC dhcpd writes 16 bits, {@code 00:07}. */
  public String hexArchitecture() {
    return String.format("%02x:%02x", architecture >> 8, architecture & 0xFF);
  }
}
