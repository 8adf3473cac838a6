package dev.diskless.model;

import java.util.List;
import java.util.Optional;

/** The loader that starts a node's kernel. */
public enum BootMethod implements Keyword {
  /** PXELINUX on BIOS machines, GRUB on UEFI ones. */
  PXELINUX("pxelinux"),
  /** GRUB on both. */
  GRUB("grub"),
  /** iPXE, over HTTP. */
  IPXE("ipxe");

  private final String keyword;

  BootMethod(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }

  /**
   * What each kind of firmware loads, BIOS first. Firmware of any other kind is sent nothing.
   *
   * <p>UEFI firmware gets shim in both {@code pxelinux} and {@code grub}, because only shim and the
   * GRUB beside it are signed for Secure Boot.
   */
  public List<Loader> loaders() {
    return switch (this) {
      case PXELINUX -> loaders("pxelinux.0", "shimx64.efi", "shimaa64.efi");
      case GRUB -> loaders("grub/i386-pc/core.0", "shimx64.efi", "shimaa64.efi");
      case IPXE -> loaders("undionly.kpxe", "ipxe.efi", "ipxe-arm64.efi");
    };
  }

  /**
   * What iPXE loads when it asks for an address itself, the path below the root of the TFTP server.
   * Without it a loader that is iPXE would load itself for ever.
   */
  public Optional<String> script() {
    return this == IPXE ? Optional.of("boot.ipxe") : Optional.empty();
  }

  private static List<Loader> loaders(String bios, String x64, String arm64) {
    return List.of(
        new Loader(Loader.BIOS, false, bios),
        new Loader(Loader.X64_UEFI, false, x64),
        new Loader(Loader.X64_UEFI_TOO, false, x64),
        new Loader(Loader.ARM64_UEFI, false, arm64),
        new Loader(Loader.X64_UEFI_HTTP, true, x64),
        new Loader(Loader.ARM64_UEFI_HTTP, true, arm64));
  }
}
