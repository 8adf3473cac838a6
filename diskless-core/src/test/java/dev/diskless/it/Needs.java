package dev.diskless.it;

import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an integration project needs of the machine, for its selector. What is missing is said in
 * the project's log, with its remedy, and the project is skipped.
 */
public final class Needs {

  private static final Map<String, String> LAB =
      Map.of("mmdebstrap", "mmdebstrap", "qemu-system-x86_64", "qemu-system-x86 ipxe-qemu");

  private Needs() {}

  /** Owners and devices are restored. */
  public static boolean root() throws IOException, InterruptedException {
    return Shell.isRoot()
        || skipped("activating restores owners, which needs root; run it as root");
  }

  /** A cluster is booted, as long as somebody asks for it, and with every firmware. */
  public static boolean lab() {
    return asked("DISKLESS_IT_BOOT", "it takes many minutes without KVM")
        && programs(LAB)
        && (Files.exists(Path.of("/usr/share/OVMF/OVMF_CODE_4M.ms.fd"))
            || skipped("there is no UEFI firmware: apt-get install ovmf"));
  }

  /** A variable of the environment is set, for the project takes long. */
  public static boolean asked(String variable, String why) {
    return System.getenv(variable) != null
        || skipped("%s; set %s=yes to run it".formatted(why, variable));
  }

  /**
   * Programs are there.
   *
   * @param packages of Debian, by program
   */
  public static boolean programs(Map<String, String> packages) {
    Map<String, String> missing =
        packages.entrySet().stream()
            .filter(each -> !Shell.missing(each.getKey()).isEmpty())
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return missing.isEmpty()
        || skipped(
            "%s missing: apt-get install %s"
                .formatted(
                    String.join(", ", missing.keySet()), String.join(" ", missing.values())));
  }

  private static boolean skipped(String why) {
    System.out.println("SKIPPED, for " + why);
    return false;
  }
}
