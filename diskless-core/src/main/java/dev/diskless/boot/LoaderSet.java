package dev.diskless.boot;

import dev.diskless.model.BootMethod;
import java.util.List;

/**
 * Files that a firmware needs to start a kernel. The set is useless if a file is missing. The files
 * come from the images of the nodes, so that kernel and loader have the same signer. If no image
 * has them, the machine that builds provides them.
 *
 * @param firmware name of the firmware for users
 * @param files files of the set; the firmware loads the first file
 */
record LoaderSet(String firmware, List<LoaderFile> files) {

  private static final LoaderSet PXELINUX_BIOS =
      new LoaderSet(
          "BIOS",
          List.of(
              new LoaderFile(
                  "pxelinux.0",
                  List.of("usr/lib/PXELINUX/pxelinux.0", "usr/share/syslinux/pxelinux.0"),
                  "pxelinux"),
              new LoaderFile(
                  "ldlinux.c32",
                  List.of(
                      "usr/lib/syslinux/modules/bios/ldlinux.c32",
                      "usr/share/syslinux/ldlinux.c32"),
                  "syslinux-common")));

  static final LoaderSet GRUB_X64 =
      new LoaderSet(
          "64-bit UEFI",
          List.of(
              new LoaderFile(
                  "shimx64.efi", List.of("usr/lib/shim/shimx64.efi.signed"), "shim-signed"),
              new LoaderFile(
                  "grubx64.efi",
                  List.of("usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed"),
                  "grub-efi-amd64-signed")));

  private static final LoaderSet GRUB_ARM64 =
      new LoaderSet(
          "64-bit ARM UEFI",
          List.of(
              new LoaderFile(
                  "shimaa64.efi", List.of("usr/lib/shim/shimaa64.efi.signed"), "shim-signed"),
              new LoaderFile(
                  "grubaa64.efi",
                  List.of("usr/lib/grub/arm64-efi-signed/grubnetaa64.efi.signed"),
                  "grub-efi-arm64-signed")));

  private static final LoaderSet IPXE_BIOS =
      new LoaderSet(
          "BIOS",
          List.of(new LoaderFile("undionly.kpxe", List.of("usr/lib/ipxe/undionly.kpxe"), "ipxe")));

  private static final LoaderSet IPXE_X64 =
      new LoaderSet(
          "64-bit UEFI",
          List.of(
              new LoaderFile(
                  "ipxe.efi", List.of("usr/lib/ipxe/ipxe.efi", "boot/ipxe.efi"), "ipxe")));

  private static final LoaderSet IPXE_ARM64 =
      new LoaderSet(
          "64-bit ARM UEFI",
          List.of(
              new LoaderFile("ipxe-arm64.efi", List.of("usr/lib/ipxe/ipxe-arm64.efi"), "ipxe")));

  LoaderSet {
    files = List.copyOf(files);
  }

  /** Returns the sets of the machines with this boot method, the most common machines first. */
  static List<LoaderSet> of(BootMethod method) {
    return switch (method) {
      case PXELINUX -> List.of(PXELINUX_BIOS, GRUB_X64, GRUB_ARM64);
      case GRUB -> List.of(GRUB_X64, GRUB_ARM64);
      case IPXE -> List.of(IPXE_BIOS, IPXE_X64, IPXE_ARM64);
    };
  }

  @Override
  public String toString() {
    return firmware + ": " + String.join(" and ", files.stream().map(Object::toString).toList());
  }
}
