package dev.diskless.lab;

import java.util.List;
import java.util.Optional;

/** Method by which QEMU runs the instructions of a virtual machine. */
public enum Accelerator {
  /** Hardware virtualization by the kernel of the host. */
  KVM("KVM", "kvm", "host"),
  /**
   * QEMU's translator, which works on every host and is about ten times slower. Its processor has
   * only the features of x86-64-v2 and a source of random numbers. With all features that QEMU can
   * translate ({@code max}), a kernel uses expensive instructions and runs slower.
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

  /**
   * Returns this accelerator as options of QEMU.
   *
   * @param other value of {@code -cpu} in place of the usual processor
   */
  List<String> arguments(Optional<String> other) {
    return List.of("-accel", accel, "-cpu", other.orElse(processor));
  }

  @Override
  public String toString() {
    return name;
  }
}
