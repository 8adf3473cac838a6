package dev.diskless.lab;

import dev.diskless.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * UEFI firmware of virtual machines, from Debian's package ovmf. All machines share the code, and
 * each machine copies the store of variables. In the stores with {@code .ms} in their name, Secure
 * Boot is on and Microsoft's keys are enrolled (/usr/share/doc/ovmf/README.Debian).
 *
 * @param folder folder of the package's firmware files
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

  /** Returns a problem if a file for one of these kinds of firmware is missing. */
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
