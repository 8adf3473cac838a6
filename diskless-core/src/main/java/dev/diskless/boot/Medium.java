package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.boot.MediumFile.Place;
import dev.diskless.host.Quoting;
import dev.diskless.model.BootEntry;
import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Content;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Content of a boot medium. A PC without PXE starts from the medium and continues as if it had PXE.
 *
 * <p>With a BIOS, ISOLINUX starts iPXE or a kernel. With UEFI, shim starts GRUB, which uses the
 * network driver of the firmware. GRUB starts iPXE, which has its own drivers, if the firmware has
 * no driver or the node's group boots with iPXE.
 *
 * @param files files of the two file systems
 * @param bootRecord content of the first sector before the partition table; a BIOS that starts the
 *     medium as a disk runs it
 */
public record Medium(List<MediumFile> files, Content bootRecord) {

  /** Maximum number of network cards that GRUB checks for an answer. */
  private static final int CARDS = 4;

  private static final Set<Place> DISC = EnumSet.of(Place.DISC);
  private static final Set<Place> ESP = EnumSet.of(Place.ESP);
  private static final Set<Place> BOTH = EnumSet.allOf(Place.class);

  public Medium {
    files = List.copyOf(files);
  }

  /** Returns a medium without files of a release. Every node of the cluster can start from it. */
  public static Medium network(Cluster cluster, MediumLoaders loaders) {
    Optional<SerialConsole> serial = SerialConsole.of(cluster.nodes());
    List<MediumFile> files = loaders(loaders, networkGrub(cluster, serial));
    Content script = text(ipxeScript(cluster));
    files.add(new MediumFile("isolinux/network.ipx", DISC, script));
    files.add(new MediumFile("isolinux/ipxe.krn", DISC, loaders.get(MediumLoaders.IPXE_BIOS)));
    // From a CD, GRUB sees the disc and not the FAT image that the firmware started it from.
    files.add(new MediumFile("EFI/BOOT/ipxe.efi", BOTH, loaders.get(MediumLoaders.IPXE_UEFI)));
    // iPXE reads it since 2021. Older versions use the network without a script.
    files.add(new MediumFile("EFI/BOOT/autoexec.ipxe", BOTH, script));
    files.add(new MediumFile("isolinux/isolinux.cfg", DISC, text(networkIsolinux(serial))));
    return new Medium(files, loaders.get(MediumLoaders.HYBRID_MBR));
  }

  /**
   * Returns a medium with the kernel and initramfs of nodes, for machines whose network card no
   * loader supports.
   *
   * @param nodes at least one node; a menu offers several nodes
   * @param bootFiles kernels and initramfs by their names on the master, as in {@link BootEntry}
   */
  public static Medium kernels(
      Cluster cluster, List<Node> nodes, Map<String, Content> bootFiles, MediumLoaders loaders) {
    Map<String, String> folders = new LinkedHashMap<>();
    List<MediumFile> kernels = new ArrayList<>();
    List<Choice> choices = new ArrayList<>();
    for (Node node : nodes) {
      BootEntry entry = BootEntry.of(cluster, node);
      String folder =
          folders.computeIfAbsent(
              entry.kernel(),
              kernel -> {
                // A number, because names of images may be too long for ISO 9660.
                String made = "kernel/" + (folders.size() + 1);
                kernels.add(new MediumFile(made + "/vmlinuz", DISC, bootFiles.get(kernel)));
                entry
                    .initrd()
                    .map(bootFiles::get)
                    .ifPresent(i -> kernels.add(new MediumFile(made + "/initrd.img", DISC, i)));
                return made;
              });
      List<String> arguments = new ArrayList<>(entry.arguments());
      arguments.add(
          "BOOTIF=01-"
              + node.mac().toString().toLowerCase(java.util.Locale.ROOT).replace(':', '-'));
      choices.add(new Choice(node.name(), "/" + folder, entry.initrd().isPresent(), arguments));
    }
    Optional<SerialConsole> serial = SerialConsole.of(nodes);
    List<MediumFile> files = loaders(loaders, kernelGrub(cluster, choices, serial));
    files.addAll(kernels);
    files.add(
        new MediumFile(
            "isolinux/isolinux.cfg", DISC, text(kernelIsolinux(cluster, choices, serial))));
    return new Medium(files, loaders.get(MediumLoaders.HYBRID_MBR));
  }

  /**
   * Node on a medium with kernels.
   *
   * @param node name of the node
   * @param folder folder of the kernel and initramfs on the medium
   * @param hasInitrd whether the kernel starts with an initramfs
   * @param arguments kernel arguments
   */
  private record Choice(String node, String folder, boolean hasInitrd, List<String> arguments) {}

  private static List<MediumFile> loaders(MediumLoaders loaders, String grub) {
    List<MediumFile> files = new ArrayList<>();
    files.add(new MediumFile("isolinux/isolinux.bin", DISC, loaders.get(MediumLoaders.ISOLINUX)));
    files.add(new MediumFile("isolinux/ldlinux.c32", DISC, loaders.get(MediumLoaders.LDLINUX)));
    files.add(new MediumFile("EFI/BOOT/BOOTX64.EFI", ESP, loaders.get(MediumLoaders.SHIM)));
    files.add(new MediumFile("EFI/BOOT/grubx64.efi", ESP, loaders.get(MediumLoaders.GRUB)));
    // Debian's signed network GRUB reads /grub/grub.cfg of the file system that it started from.
    files.add(new MediumFile("grub/grub.cfg", BOTH, text(grub)));
    return files;
  }

  static String ipxeScript(Cluster cluster) {
    return """
        #!ipxe
        # Does what a network card with PXE does, as often as it takes: the master decides what comes.
        :again
        echo Boot medium of the cluster %s: asking the network what to boot
        autoboot && exit ||
        echo Nothing to boot. Once more in 10 seconds, or press Ctrl-C for a shell.
        sleep 10 && goto again || shell
        """
        .formatted(cluster.name());
  }

  private static String networkIsolinux(Optional<SerialConsole> serial) {
    return isolinuxSerial(serial)
        + """
        DEFAULT network
        PROMPT 0

        LABEL network
          KERNEL ipxe.krn
          INITRD network.ipx
        """;
  }

  private static String networkGrub(Cluster cluster, Optional<SerialConsole> serial) {
    // The variables of net_dhcp contain the name of the card. net_default_server stays empty.
    StringBuilder answers = new StringBuilder();
    boolean proxy = cluster.hasOneMaster() && cluster.master().proxyDhcp();
    for (int card = 0; card < CARDS; card++) {
      answers.append(
          """
              if [ -n "$net_efinet%1$d_dhcp_%2$s" ]; then
                mac="$net_efinet%1$d_dhcp_mac"
                server="$net_efinet%1$d_dhcp_next_server"
              fi
          """
              .formatted(card, proxy ? "mac" : "next_server"));
    }
    if (proxy) {
      // GRUB does not support proxyDHCP, and the other DHCP server does not name the master.
      answers.append("    server=\"%s\"\n".formatted(cluster.master().address()));
    }
    return grubSerial(serial)
        + """
        set medium="$root"
        while true; do
          echo "Boot medium of the cluster %s: asking the network what to boot"
          if net_dhcp; then
        %s    regexp --set=1:a --set=2:b --set=3:c --set=4:d --set=5:e --set=6:f '^(..):(..):(..):(..):(..):(..)$' "$mac"
            set root="(tftp,$server)"
            configfile "/grub/grub.cfg-01-$a-$b-$c-$d-$e-$f"
          fi
          set root="$medium"
          if [ "$lockdown" = "y" ]; then
            echo 'The network gave nothing to boot, and with Secure Boot there is no other way.'
          else
            echo 'Starting iPXE, with network drivers of its own.'
            if chainloader /EFI/BOOT/ipxe.efi; then boot; fi
          fi
          echo 'Once more in 10 seconds.'
          sleep 10
        done
        """
            .formatted(cluster.name(), answers);
  }

  private static String kernelIsolinux(
      Cluster cluster, List<Choice> choices, Optional<SerialConsole> serial) {
    StringBuilder text = new StringBuilder(isolinuxSerial(serial));
    if (choices.size() == 1) {
      text.append("DEFAULT %s\nPROMPT 0\n".formatted(choices.get(0).node()));
    } else {
      text.append("PROMPT 1\nTIMEOUT 0\n");
      text.append("SAY Which node of the cluster %s is this machine?\n".formatted(cluster.name()));
      choices.forEach(c -> text.append("SAY   %s\n".formatted(c.node())));
    }
    for (Choice choice : choices) {
      text.append("\nLABEL %s\n".formatted(choice.node()));
      text.append("  KERNEL %s/vmlinuz\n".formatted(choice.folder()));
      if (choice.hasInitrd()) {
        text.append("  INITRD %s/initrd.img\n".formatted(choice.folder()));
      }
      text.append("  APPEND %s\n".formatted(String.join(" ", choice.arguments())));
    }
    return text.toString();
  }

  private static String kernelGrub(
      Cluster cluster, List<Choice> choices, Optional<SerialConsole> serial) {
    StringBuilder text = new StringBuilder(grubSerial(serial));
    // Kernels are only on the ISO file system, but on a USB stick GRUB starts from the other one.
    text.append(
        "search --no-floppy --file --set=root --hint=\"$root\" %s/vmlinuz\n"
            .formatted(choices.get(0).folder()));
    text.append("set default=0\nset timeout=%d\n".formatted(choices.size() == 1 ? 0 : -1));
    for (Choice choice : choices) {
      text.append(
          "\nmenuentry '%s of the cluster %s' {\n".formatted(choice.node(), cluster.name()));
      text.append(
          "  linux %s/vmlinuz %s\n"
              .formatted(
                  choice.folder(),
                  choice.arguments().stream().map(Quoting::grub).collect(Collectors.joining(" "))));
      if (choice.hasInitrd()) {
        text.append("  initrd %s/initrd.img\n".formatted(choice.folder()));
      }
      text.append("}\n");
    }
    return text.toString();
  }

  private static String isolinuxSerial(Optional<SerialConsole> serial) {
    return serial.map(s -> "SERIAL %d %d\n".formatted(s.port(), s.speed())).orElse("");
  }

  private static String grubSerial(Optional<SerialConsole> serial) {
    return serial
        .map(
            s ->
                """
                serial --unit=%d --speed=%d
                terminal_input --append serial
                terminal_output --append serial
                """
                    .formatted(s.port(), s.speed()))
        .orElse("");
  }

  private static Content text(String text) {
    return new BytesContent(text.getBytes(UTF_8));
  }
}
