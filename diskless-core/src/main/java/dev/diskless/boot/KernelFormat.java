package dev.diskless.boot;

/** Format of a kernel's file. */
public enum KernelFormat {
  /** The kernel's Documentation/arch/x86/boot.rst. */
  BZIMAGE("bzImage"),
  /** The kernel's Documentation/arch/arm64/booting.rst, bare, compressed or as an EFI zboot. */
  ARM64("arm64 Image");

  private final String words;

  KernelFormat(String words) {
    this.words = words;
  }

  /** Returns the common name. */
  @Override
  public String toString() {
    return words;
  }
}
