package dev.diskless.lab;

import java.util.List;
import java.util.Optional;

/** What runs the instructions of a guest. */
public enum Accelerator {
  /** The processor itself, by the kernel of the host. */
  KVM("KVM", "kvm", "host"),
  /**
   * QEMU's translator, which works everywhere and is some ten times slower. Its processor has what
   * x86-64-v2 asks for and a source of random numbers, and no more: a kernel that is given all that
   * QEMU can translate, {@code max}, uses what is dear to translate, and is slower for it.
   */
  TCG(
      "TCG, without KVM",
      "tcg,thread=multi",
      "qemu64,-svm,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16,+lahf_lm,+rdrand");

  private final String name;
  private final String accel;
  private final String processor;

  Accelerator(String name, String accel, String processor) {
    this.name = name;
    this.accel = accel;
    this.processor = processor;
  }

  /** As options of QEMU, with another processor where one is asked for. */
  List<String> arguments(Optional<String> other) {
    return List.of("-accel", accel, "-cpu", other.orElse(processor));
  }

  @Override
  public String toString() {
    return name;
  }
}
