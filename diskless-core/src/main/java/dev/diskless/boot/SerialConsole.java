package dev.diskless.boot;

import dev.diskless.model.Node;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serial port that loaders use in addition to the screen. It is the console of a node's kernel.
 *
 * @param port number of the port; 0 is {@code ttyS0}
 * @param speed speed in baud
 */
record SerialConsole(int port, int speed) {

  /** Kernel argument (serial-console documentation of Linux). The default speed is 9600 baud. */
  private static final Pattern ARGUMENT = Pattern.compile("console=ttyS([0-3])(?:,(\\d{3,6}).*)?");

  private static final int KERNEL_DEFAULT = 9600;

  /** Returns the first serial port in the kernel arguments of these nodes. */
  static Optional<SerialConsole> of(Collection<Node> nodes) {
    return nodes.stream()
        .flatMap(n -> n.group().kernelArgs().stream())
        .map(ARGUMENT::matcher)
        .filter(Matcher::matches)
        .findFirst()
        .map(
            m ->
                new SerialConsole(
                    Integer.parseInt(m.group(1)),
                    m.group(2) == null ? KERNEL_DEFAULT : Integer.parseInt(m.group(2))));
  }
}
