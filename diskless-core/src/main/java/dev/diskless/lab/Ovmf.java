package dev.diskless.lab;

import dev.diskless.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The UEFI firmware of virtual machines, as Debian's package ovmf has it: the code, which all
 * machines share, and the store of variables that each copies. The names with {@code .ms} are those
 * whose store has Microsoft's keys and Secure Boot switched on (/usr/share/doc/ovmf/README.Debian).
 *
 * @param folder where the package puts them
 */
record Ovmf(Path folder) {

  static final Ovmf DEBIAN = new Ovmf(Path.of("/usr/share/OVMF"));

  Path code(Firmware firmware) {
    return folder.resolve(
        firmware == Firmware.SECURE_BOOT ? "OVMF_CODE_4M.ms.fd" : "OVMF_CODE_4M.fd");
  }

  Path variables(Firmware firmware) {
    return folder.resolve(
        firmware == Firmware.SECURE_BOOT ? "OVMF_VARS_4M.ms.fd" : "OVMF_VARS_4M.fd");
  }

  /** What is missing for machines with them. */
  Optional<Problem> missing(List<Firmware> kinds) {
    return kinds.stream()
        .filter(Firmware::isUefi)
        .flatMap(s -> Stream.of(code(s), variables(s)))
        .filter(f -> !Files.isReadable(f))
        .findFirst()
        .map(
            f ->
                Problem.error(
                    "the lab needs the UEFI firmware of virtual machines, but "
                        + f
                        + " does not exist",
                    "run apt-get install ovmf, or start nodes with a BIOS:"
                        + " -Ddiskless.boot.start=bios"));
  }
}
