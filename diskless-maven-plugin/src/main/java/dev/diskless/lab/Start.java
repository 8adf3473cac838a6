package dev.diskless.lab;

import dev.diskless.model.BootMethod;
import dev.diskless.model.Keyword;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import java.util.Optional;

/** The firmware that a node of a lab has. */
public enum Start implements Keyword {
  /** A PC BIOS, whose network card starts machines by itself (PXE). */
  BIOS("bios"),
  /** UEFI, which starts from the network by itself (PXE). */
  UEFI("uefi"),
  /** The same, which starts only what is signed with one of Microsoft's keys. */
  SECURE_BOOT("secure-boot");

  private final String keyword;

  Start(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }

  /** What a node has that was not asked to have another. */
  static Start usual(BootMethod method) {
    return method == BootMethod.GRUB ? UEFI : BIOS;
  }

  boolean isUefi() {
    return this != BIOS;
  }

  /** Why a node cannot start so, if it cannot. */
  Optional<Problem> refusal(Node node) {
    BootMethod method = node.group().boot();
    if (this == BIOS && method.biosLoader().isEmpty()) {
      return Optional.of(
          Problem.error(
              "node %s cannot start with a BIOS, for boot: %s has no loader for it"
                  .formatted(node.name(), method.keyword()),
              "give -Ddiskless.boot.start=%s=uefi, or write boot: pxelinux, which serves both"
                  .formatted(node.name())));
    }
    if (this == SECURE_BOOT && method == BootMethod.IPXE) {
      return Optional.of(
          Problem.error(
              "node %s cannot start with Secure Boot, for nobody has signed iPXE"
                  .formatted(node.name()),
              "write boot: grub, or boot: pxelinux, whose loader for UEFI is signed"));
    }
    return Optional.empty();
  }
}
