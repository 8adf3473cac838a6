package dev.diskless.master;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the programs that listen on the ports of a machine, in {@code /proc/net/tcp} and similar
 * tables of proc(5). The program ss(8) is not an alternative: it is not on every master, cannot
 * read another root, and prints a format for users.
 */
final class Listeners {

  /**
   * States of listening sockets: TCP_LISTEN for TCP, and TCP_CLOSE (a socket without a peer) for
   * UDP.
   */
  private static final Map<String, String> STATES =
      Map.of("tcp", "0A", "tcp6", "0A", "udp", "07", "udp6", "07");

  /** Minimum number of words in a line, up to the inode. */
  private static final int WORDS = 10;

  /**
   * Socket that accepts packets or connections from any peer.
   *
   * @param protocol protocol, tcp or udp
   * @param port local port
   * @param address local address in the kernel's hexadecimal form; only zeros for all addresses
   * @param program name of the program; empty for the kernel itself, or if only root may read it
   */
  record Listener(String protocol, int port, String address, Optional<String> program) {

    boolean isAnywhere() {
      return address.chars().allMatch(c -> c == '0');
    }
  }

  private Listeners() {}

  /**
   * Returns the listeners on some ports.
   *
   * @param root directory that contains the master's file system; usually {@code /}
   */
  static List<Listener> on(Path root, List<Integer> ports) throws IOException {
    List<Listener> found = new ArrayList<>();
    Map<String, Listener> byInode = new HashMap<>();
    for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
      Path file = root.resolve("proc/net").resolve(table);
      if (!Files.isReadable(file)) {
        continue;
      }
      for (String line : Files.readAllLines(file)) {
        String[] words = line.strip().split("\\s+");
        if (words.length < WORDS || !words[3].equals(STATES.get(table))) {
          continue;
        }
        int colon = words[1].indexOf(':');
        int port = Integer.parseInt(words[1].substring(colon + 1), 16);
        if (ports.contains(port)) {
          byInode.put(
              words[9],
              new Listener(
                  table.substring(0, 3), port, words[1].substring(0, colon), Optional.empty()));
        }
      }
    }
    Map<String, String> programs = byInode.isEmpty() ? Map.of() : programs(root, byInode);
    byInode.forEach(
        (inode, l) ->
            found.add(
                new Listener(
                    l.protocol(),
                    l.port(),
                    l.address(),
                    Optional.ofNullable(programs.get(inode)))));
    return found;
  }

  /** Returns the programs that hold these sockets. */
  private static Map<String, String> programs(Path root, Map<String, Listener> inodes)
      throws IOException {
    Map<String, String> programs = new HashMap<>();
    try (DirectoryStream<Path> processes =
        Files.newDirectoryStream(root.resolve("proc"), "[0-9]*")) {
      for (Path process : processes) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
          for (Path descriptor : open) {
            String target = Files.readSymbolicLink(descriptor).toString();
            String inode = target.replaceAll("^socket:\\[(\\d+)]$", "$1");
            if (inodes.containsKey(inode)) {
              programs.put(inode, Files.readString(process.resolve("comm")).strip());
            }
          }
        } catch (IOException goneOrNotOurs) {
          // The process has ended, or only root may inspect it.
        }
      }
    }
    return programs;
  }
}
