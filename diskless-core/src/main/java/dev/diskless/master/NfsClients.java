package dev.diskless.master;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Clients of the kernel's NFS server.
 *
 * @param mounted releases by the address of each client that requested a mount. The source is
 *     mountd's list (rmtab of exports(5)), which keeps clients that disappeared without an unmount.
 *     A release in the list is possibly in use
 * @param connected addresses with a connection to the server's port now (proc_net_tcp of the
 *     kernel's documentation)
 */
record NfsClients(Map<String, SortedSet<String>> mounted, Set<String> connected) {

  private static final int PORT = 2049;

  /** State TCP_ESTABLISHED (proc_net_tcp). */
  private static final String ESTABLISHED = "01";

  static NfsClients of(MasterHost host) throws IOException {
    Map<String, SortedSet<String>> mounted = new HashMap<>();
    Path rmtab = host.root().resolve("var/lib/nfs/rmtab");
    String releases = host.directory() + "/" + host.cluster() + "/releases/";
    if (Files.isReadable(rmtab)) {
      for (String line : Files.readAllLines(rmtab)) {
        // client:path:count in hexadecimal
        int path = line.indexOf(":/");
        if (path > 0 && line.startsWith(releases, path + 1)) {
          String version = line.substring(path + 1 + releases.length()).split("[/:]", 2)[0];
          mounted.computeIfAbsent(line.substring(0, path), c -> new TreeSet<>()).add(version);
        }
      }
    }
    Set<String> connected = new HashSet<>();
    Path tcp = host.root().resolve("proc/net/tcp");
    if (Files.isReadable(tcp)) {
      for (String line : Files.readAllLines(tcp)) {
        String[] words = line.strip().split("\\s+");
        if (words.length > 3
            && words[3].equals(ESTABLISHED)
            && words[1].endsWith(":%04X".formatted(PORT))) {
          connected.add(address(words[2]));
        }
      }
    }
    return new NfsClients(mounted, connected);
  }

  /** Converts four bytes in the machine's byte order, which is little-endian on all masters. */
  private static String address(String hexadecimal) {
    long bytes = Long.parseLong(hexadecimal.substring(0, 8), 16);
    return "%d.%d.%d.%d"
        .formatted(bytes & 0xFF, bytes >> 8 & 0xFF, bytes >> 16 & 0xFF, bytes >> 24 & 0xFF);
  }
}
