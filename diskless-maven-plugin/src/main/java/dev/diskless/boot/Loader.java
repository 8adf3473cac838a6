package dev.diskless.boot;

import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.util.List;
import java.util.Optional;

/**
 * A file of a boot loader that machines fetch over TFTP, and where distributions install it.
 * Loaders are taken from the nodes' own images, so that what signs a kernel also signs its loader.
 *
 * @param name under the TFTP root
 * @param sources where images have it, the first that is there counts
 * @param debianPackage the package that has it on Debian
 */
public record Loader(String name, List<String> sources, String debianPackage) {

  /** PXELINUX and the module that it cannot do without, for machines with a BIOS. */
  public static final List<Loader> PXELINUX =
      List.of(
          new Loader(
              "pxelinux.0",
              List.of("usr/lib/PXELINUX/pxelinux.0", "usr/share/syslinux/pxelinux.0"),
              "pxelinux"),
          new Loader(
              "ldlinux.c32",
              List.of(
                  "usr/lib/syslinux/modules/bios/ldlinux.c32", "usr/share/syslinux/ldlinux.c32"),
              "syslinux-common"));

  /** The signed shim and GRUB, for 64-bit UEFI machines, with Secure Boot or without. */
  public static final List<Loader> UEFI_X64 =
      List.of(
          new Loader("shimx64.efi", List.of("usr/lib/shim/shimx64.efi.signed"), "shim-signed"),
          new Loader(
              "grubx64.efi",
              List.of("usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed"),
              "grub-efi-amd64-signed"));

  /** The file in an image, links followed. */
  public Optional<Entry> find(FileTree tree) {
    return sources.stream()
        .flatMap(s -> tree.resolve(TreePath.of(s)).stream())
        .filter(Entry::isFile)
        .findFirst();
  }
}
