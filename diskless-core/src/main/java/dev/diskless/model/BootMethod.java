package dev.diskless.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The loader that starts a node's kernel. */
public enum BootMethod implements Keyword {
  /** PXELINUX on BIOS machines, GRUB on UEFI ones. */
  PXELINUX("pxelinux"),
  /** GRUB, on UEFI machines only. No distribution ships a GRUB for network boot with BIOS. */
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
   * Returns the loader for BIOS machines; empty if only UEFI machines can boot with this method.
   */
  public Optional<String> biosLoader() {
    return loaders().stream()
        .filter(l -> l.architecture() == Loader.BIOS)
        .map(Loader::file)
        .findFirst();
  }

  /**
   * Returns the loader of each kind of firmware, BIOS first. Other firmware receives no loader. For
   * example, Debian has loaders for 32-bit UEFI (6) only in its architecture i386, and not in every
   * release.
   *
   * <p>With {@code pxelinux} and {@code grub}, UEFI firmware receives shim, because only shim and
   * its GRUB are signed for Secure Boot. If iPXE loads shim, shim reads GRUB with a wrong length
   * and rejects it. A machine that runs iPXE has no Secure Boot, and therefore receives GRUB
   * itself.
   *
   * <p>With {@code pxelinux}, nodes load all files over TFTP, so that the master needs no HTTP
   * server.
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
   * Returns the path of the script that iPXE loads, below the root of the HTTP server. Without a
   * script, a loader that is iPXE would load itself forever. iPXE fetches the paths in the script
   * from the same server. Kernel and initramfs therefore come over HTTP, too.
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
