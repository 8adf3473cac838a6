package dev.diskless.boot;

import dev.diskless.model.Node;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The serial port that loaders write to besides the screen: the one that a node's kernel is told
 * to.
 *
 * @param port 0 for the first, {@code ttyS0}
 * @param speed in baud
 */
record SerialConsole(int port, int speed) {

  /** Of the kernel's serial-console documentation; 9600 is what it takes where none is given. */
  private static final Pattern ARGUMENT = Pattern.compile("console=ttyS([0-3])(?:,(\\d{3,6}).*)?");

  private static final int KERNEL_DEFAULT = 9600;

  /** The first that an argument of these nodes names. */
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
