package dev.diskless.lab;

import dev.diskless.model.BootMethod;
import dev.diskless.model.Keyword;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Way in which a node of a lab starts. Its keyword is the firmware's keyword, followed by {@code
 * -usb} or {@code -cd} for a medium.
 *
 * @param firmware firmware of the node
 * @param device device that the firmware starts from
 */
public record Start(Firmware firmware, StartDevice device) implements Keyword {

  static final Start BIOS = new Start(Firmware.BIOS, StartDevice.NETWORK);
  static final Start UEFI = new Start(Firmware.UEFI, StartDevice.NETWORK);
  static final Start SECURE_BOOT = new Start(Firmware.SECURE_BOOT, StartDevice.NETWORK);

  /** All ways to start. */
  static final List<Start> ALL = all();

  /** All keywords, as a list for messages. */
  static final String KEYWORDS = ALL.stream().map(Start::keyword).collect(Collectors.joining(", "));

  /** Returns the way to start with this keyword; empty if the keyword is not valid. */
  static Optional<Start> of(String keyword) {
    return ALL.stream().filter(s -> s.keyword().equals(keyword)).findFirst();
  }

  private static List<Start> all() {
    List<Start> all = new ArrayList<>();
    for (StartDevice device : StartDevice.values()) {
      for (Firmware firmware : Firmware.values()) {
        all.add(new Start(firmware, device));
      }
    }
    return List.copyOf(all);
  }

  @Override
  public String keyword() {
    return hasMedium() ? firmware.keyword() + "-" + device.keyword() : firmware.keyword();
  }

  /** Returns the default way to start for a boot method. */
  static Start usual(BootMethod method) {
    return method == BootMethod.GRUB ? UEFI : BIOS;
  }

  boolean hasMedium() {
    return device != StartDevice.NETWORK;
  }

  /** Returns a problem if the node cannot start in this way. */
  Optional<Problem> refusal(Node node) {
    BootMethod method = node.group().boot();
    if (firmware == Firmware.BIOS && method.biosLoader().isEmpty()) {
      return Optional.of(
          Problem.error(
              "node %s cannot start with a BIOS, because boot: %s has no loader for it"
                  .formatted(node.name(), method.keyword()),
              "set -Ddiskless.boot.start=%s=uefi, or write boot: pxelinux, which supports both"
                  .formatted(node.name())));
    }
    if (firmware == Firmware.SECURE_BOOT && method == BootMethod.IPXE) {
      return Optional.of(
          Problem.error(
              "node %s cannot start with Secure Boot, because iPXE is not signed"
                  .formatted(node.name()),
              "write boot: grub, or boot: pxelinux, whose loader for UEFI is signed"));
    }
    return Optional.empty();
  }
}
