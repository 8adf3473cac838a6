package dev.diskless.model;

import java.util.Map;
import java.util.Optional;

/**
 * Names of kernel arguments that only diskless may set. The kernel uses the last value of an
 * argument, so a user's value would replace the generated value (kernel-parameters.txt,
 * nfsroot.rst, initramfs-tools(7)).
 */
public final class GeneratedArguments {

  private static final String PREFIX = "diskless.";

  private static final String ROOT =
      "set the key \"root\" of the group, which chooses the root file system of its nodes";

  private static final String ADDRESS =
      "set \"address\" of the node and \"interface\" of the group; nodes get their addresses by DHCP";

  private static final String INIT =
      "put the program into the image as /sbin/init; for a shell during one start, edit the"
          + " arguments on the console of the node";

  private static final Map<String, String> REMEDIES =
      Map.ofEntries(
          Map.entry("root", ROOT),
          Map.entry("nfsroot", ROOT),
          Map.entry("ro", ROOT),
          Map.entry("rw", ROOT),
          Map.entry("boot", ROOT),
          Map.entry("netboot", ROOT),
          Map.entry("ip", ADDRESS),
          Map.entry("nfsaddrs", ADDRESS),
          Map.entry("BOOTIF", "set the key \"mac\" of the node"),
          Map.entry("net.ifnames", "set the key \"interface\" of the group"),
          Map.entry("initrd", "set the key \"initramfs\" of the group"),
          Map.entry("init", INIT),
          Map.entry("rdinit", INIT));

  private GeneratedArguments() {}

  /** Returns the name of an argument, without its value. The kernel removes a quote before it. */
  public static String nameOf(String argument) {
    return argument.replaceFirst("^\"", "").replaceFirst("=.*", "");
  }

  /**
   * Returns what to write instead of an argument; empty if users may set this argument.
   *
   * @param argument with its value, if it has one
   */
  public static Optional<String> remedyFor(String argument) {
    String name = nameOf(argument);
    return Optional.ofNullable(name.startsWith(PREFIX) ? ROOT : REMEDIES.get(name));
  }
}
