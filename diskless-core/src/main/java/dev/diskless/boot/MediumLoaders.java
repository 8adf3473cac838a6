package dev.diskless.boot;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Content;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Loaders of a boot medium. They come from the images of the nodes, so that kernel and loader have
 * the same signer. If no image has them, the machine that builds provides them. Files that belong
 * together come from the same place.
 */
public final class MediumLoaders {

  static final String ISOLINUX = "isolinux.bin";
  static final String LDLINUX = "ldlinux.c32";
  static final String HYBRID_MBR = "isohdpfx.bin";
  static final String IPXE_BIOS = "ipxe.lkrn";
  static final String IPXE_UEFI = "ipxe.efi";
  static final String SHIM = "shimx64.efi";
  static final String GRUB = "grubx64.efi";

  private static final LoaderSet BIOS =
      new LoaderSet(
          "BIOS",
          List.of(
              new LoaderFile(
                  ISOLINUX,
                  List.of("usr/lib/ISOLINUX/isolinux.bin", "usr/share/syslinux/isolinux.bin"),
                  "isolinux"),
              new LoaderFile(
                  HYBRID_MBR,
                  List.of("usr/lib/ISOLINUX/isohdpfx.bin", "usr/share/syslinux/isohdpfx.bin"),
                  "isolinux"),
              new LoaderFile(
                  LDLINUX,
                  List.of(
                      "usr/lib/syslinux/modules/bios/ldlinux.c32",
                      "usr/share/syslinux/ldlinux.c32"),
                  "syslinux-common")));

  private static final LoaderSet IPXE =
      new LoaderSet(
          "the network",
          List.of(
              new LoaderFile(
                  IPXE_BIOS, List.of("usr/lib/ipxe/ipxe.lkrn", "boot/ipxe.lkrn"), "ipxe"),
              new LoaderFile(
                  IPXE_UEFI, List.of("usr/lib/ipxe/ipxe.efi", "boot/ipxe.efi"), "ipxe")));

  private static final List<LoaderSet> SETS = List.of(BIOS, IPXE, LoaderSet.GRUB_X64);

  private final Map<String, Content> files;

  private MediumLoaders(Map<String, Content> files) {
    this.files = files;
  }

  /**
   * Finds all loaders.
   *
   * @param images the trees of the nodes' images
   * @param machine the root of the file system of the machine that builds
   * @param problems receives an error for each missing loader, with its Debian package
   */
  public static MediumLoaders find(Collection<FileTree> images, Path machine, Problems problems)
      throws IOException {
    Map<String, Content> files = new LinkedHashMap<>();
    Set<String> missing = new LinkedHashSet<>();
    List<String> names = new ArrayList<>();
    for (LoaderSet set : SETS) {
      Map<String, Content> found = find(set, images);
      for (LoaderFile file : set.files()) {
        Content content = found.get(file.name());
        if (content == null) {
          content = file.find(machine).map(Entry::content).orElse(null);
        }
        if (content == null) {
          missing.add(file.debianPackage());
          names.add(file.name());
        } else {
          files.put(file.name(), content);
        }
      }
    }
    if (!missing.isEmpty()) {
      problems.add(
          Problem.error(
              "a boot medium needs %s, but neither an image nor this machine has it"
                  .formatted(String.join(", ", names)),
              "run `apt-get install %s` as root".formatted(String.join(" ", missing))));
    }
    return new MediumLoaders(files);
  }

  private static Map<String, Content> find(LoaderSet set, Collection<FileTree> images) {
    for (FileTree image : images) {
      Map<String, Content> found = new LinkedHashMap<>();
      for (LoaderFile file : set.files()) {
        file.find(image).ifPresent(entry -> found.put(file.name(), entry.content()));
      }
      if (found.size() == set.files().size()) {
        return found;
      }
    }
    return Map.of();
  }

  Content get(String name) {
    Content content = files.get(name);
    if (content == null) {
      throw new IllegalArgumentException("no loader " + name);
    }
    return content;
  }
}
