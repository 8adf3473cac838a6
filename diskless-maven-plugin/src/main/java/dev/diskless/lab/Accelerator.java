package dev.diskless.lab;

import java.util.List;

/** What runs the instructions of a guest. */
public enum Accelerator {
  /** The processor itself, by the kernel of the host. */
  KVM("KVM", List.of("-accel", "kvm", "-cpu", "host")),
  /** QEMU's translator, which works everywhere and is some ten times slower. */
  TCG("TCG, without KVM", List.of("-accel", "tcg,thread=multi", "-cpu", "max"));

  private final String name;
  private final List<String> arguments;

  Accelerator(String name, List<String> arguments) {
    this.name = name;
    this.arguments = arguments;
  }

  List<String> arguments() {
    return arguments;
  }

  @Override
  public String toString() {
    return name;
  }
}
