package dev.diskless.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The loader that starts a node's kernel. */
public enum BootMethod implements Keyword {
  /** PXELINUX on BIOS machines, GRUB on UEFI ones. */
  PXELINUX("pxelinux"),
  /**
   * GRUB, on UEFI machines only: no distribution has one ready for a BIOS that asks the network.
   */
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

  /** What a BIOS loads; empty where only UEFI machines can start so. */
  public Optional<String> biosLoader() {
    return loaders().stream()
        .filter(l -> l.architecture() == Loader.BIOS)
        .map(Loader::file)
        .findFirst();
  }

  /**
   * What each kind of firmware loads, BIOS first. Firmware of any other kind is sent nothing: UEFI
   * of 32 bits (6) for one. Debian has loaders for it in its architecture i386 only, and not in
   * each release.
   *
   * <p>UEFI firmware gets shim in both {@code pxelinux} and {@code grub}, because only shim and the
   * GRUB beside it are signed for Secure Boot. Through iPXE shim reads a GRUB with a wrong length
   * and refuses it; a machine that runs iPXE has no Secure Boot, so there GRUB itself will do.
   *
   * <p>With {@code pxelinux} all goes over TFTP, so that its master needs no HTTP server.
   */
  public List<Loader> loaders() {
    return switch (this) {
      case PXELINUX -> shimAnd(Optional.of("pxelinux.0")).stream().filter(l -> !l.http()).toList();
      case GRUB -> shimAnd(Optional.empty());
      case IPXE ->
          loaders(
              Optional.of("undionly.kpxe"),
              "ipxe.efi",
              "ipxe.efi",
              "ipxe-arm64.efi",
              "ipxe-arm64.efi");
    };
  }

  /**
   * What iPXE loads when it asks for an address itself, the path below the root of the HTTP server.
   * Without it a loader that is iPXE would load itself for ever. What the script names by paths,
   * iPXE then fetches from the same server: kernel and initramfs come over HTTP too.
   */
  public Optional<String> script() {
    return this == IPXE ? Optional.of("boot.ipxe") : Optional.empty();
  }

  private static List<Loader> shimAnd(Optional<String> bios) {
    return loaders(bios, "shimx64.efi", "grubx64.efi", "shimaa64.efi", "grubaa64.efi");
  }

  private static List<Loader> loaders(
      Optional<String> bios, String x64, String ipxeX64, String arm64, String ipxeArm64) {
    return Stream.concat(
            bios.stream().map(b -> new Loader(Loader.BIOS, false, b, b)),
            Stream.of(
                new Loader(Loader.X64_UEFI, false, x64, ipxeX64),
                new Loader(Loader.X64_UEFI_TOO, false, x64, ipxeX64),
                new Loader(Loader.ARM64_UEFI, false, arm64, ipxeArm64),
                new Loader(Loader.X64_UEFI_HTTP, true, x64, x64),
                new Loader(Loader.ARM64_UEFI_HTTP, true, arm64, arm64)))
        .toList();
  }
}
