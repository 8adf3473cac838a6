package dev.diskless.boot;

import dev.diskless.host.AtomicFile;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Fields that rdev(8) wrote into a kernel. No device node is necessary here. Each field has 16
 * bits, and the kernel's command line overrides it.
 *
 * @param rootDevice field at byte 508; empty keeps the value
 * @param rootFlags field at byte 498; empty keeps the value
 */
public record KernelPatch(Optional<Integer> rootDevice, Optional<Integer> rootFlags) {

  /** The kernel's number of the root on NFS (Root_NFS in include/linux/root_dev.h). */
  public static final int NFS = 0x00FF;

  /**
   * Reads the values of a user.
   *
   * @param device {@code /dev/nfs}, {@code MAJOR:MINOR} or {@code 0xMMmm}; null or empty for none
   * @param flags {@code rw}, {@code ro} or a number; null or empty for none
   * @throws ProblemException if a value is not valid
   */
  public static KernelPatch of(String device, String flags) {
    return new KernelPatch(
        Optional.ofNullable(device).filter(d -> !d.isBlank()).map(KernelPatch::device),
        Optional.ofNullable(flags).filter(f -> !f.isBlank()).map(KernelPatch::flags));
  }

  private static int device(String device) {
    if (device.equals("/dev/nfs") || device.equals("/dev/nfsroot")) {
      return NFS;
    }
    String[] numbers = device.split(":", -1);
    try {
      int number =
          numbers.length == 2
              ? byteOf(numbers[0]) << 8 | byteOf(numbers[1])
              : Integer.decode(device);
      if (number >= 0 && number <= 0xFFFF) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The exception below reports it.
    }
    throw new ProblemException(
        Problem.error(
            "the root device %s is not a valid device number".formatted(device),
            "write /dev/nfs, or a number such as 8:1 or 0x0801"));
  }

  private static int byteOf(String number) {
    int value = Integer.parseInt(number);
    if (value < 0 || value > 0xFF) {
      throw new NumberFormatException(number);
    }
    return value;
  }

  private static int flags(String flags) {
    switch (flags) {
      case "rw":
        return 0;
      case "ro":
        return 1;
      default:
        try {
          int number = Integer.decode(flags);
          if (number >= 0 && number <= 0xFFFF) {
            return number;
          }
        } catch (NumberFormatException e) {
          // The exception below reports it.
        }
        throw new ProblemException(
            Problem.error(
                "the root flags %s are not valid".formatted(flags), "write rw (0)" + " or ro (1)"));
    }
  }

  public boolean isEmpty() {
    return rootDevice.isEmpty() && rootFlags.isEmpty();
  }

  /**
   * Copies a kernel and changes the fields of the copy.
   *
   * @param kernel a bzImage; it stays unchanged
   * @param copy path of the copy. A temporary file in the same folder is renamed to it
   * @throws ProblemException if both paths are the same file
   */
  public void write(Path kernel, Path copy) throws IOException {
    if (Files.exists(copy) && Files.isSameFile(kernel, copy)) {
      throw new ProblemException(
          Problem.error(
              "the kernel %s would be overwritten".formatted(kernel),
              "choose another file with -Ddiskless.kernel.output="));
    }
    if (Files.isDirectory(copy)) {
      throw new ProblemException(
          Problem.error(copy + " is a directory", "choose a file with -Ddiskless.kernel.output="));
    }
    Files.createDirectories(copy.toAbsolutePath().getParent());
    Path partial = AtomicFile.partial(copy);
    try {
      Files.copy(kernel, partial, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel file = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        if (rootDevice.isPresent()) {
          write(file, KernelImage.ROOT_DEVICE, rootDevice.get());
        }
        if (rootFlags.isPresent()) {
          write(file, KernelImage.ROOT_FLAGS, rootFlags.get());
        }
      }
      AtomicFile.publish(partial, copy);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void write(FileChannel file, int at, int value) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort((short) value).flip();
    file.write(bytes, at);
  }
}
