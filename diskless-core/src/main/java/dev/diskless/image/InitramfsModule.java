package dev.diskless.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Part of diskless in the initramfs of initramfs-tools(7). It makes a stateless root from a
 * read-only image and the layers of a node, and omits unneeded parts. It uses the directory for
 * files of packages. Its installation precedes the installation of a kernel, which makes the
 * initramfs.
 */
final class InitramfsModule {

  private static final String RESOURCES = "/dev/diskless/initramfs/";
  private static final String DIRECTORY = "usr/share/initramfs-tools/";

  private static final List<String> PROGRAMS =
      List.of("hooks/diskless", "scripts/nfs-bottom/diskless");
  private static final String SETTINGS = "conf.d/diskless";

  private InitramfsModule() {}

  /** A shell script that puts the files into the root tree $1. */
  static String install() {
    StringBuilder script = new StringBuilder("set -eu\ncd \"$1\"\n");
    PROGRAMS.forEach(name -> put(script, name, "0755"));
    put(script, SETTINGS, "0644");
    return script.toString();
  }

  private static void put(StringBuilder script, String name, String mode) {
    String path = DIRECTORY + name;
    script.append("mkdir -p ").append(path, 0, path.lastIndexOf('/')).append('\n');
    script.append("cat > ").append(path).append(" <<'END OF FILE'\n");
    script.append(read(name)).append("END OF FILE\n");
    script.append("chmod ").append(mode).append(' ').append(path).append('\n');
  }

  private static String read(String name) {
    try (InputStream in = InitramfsModule.class.getResourceAsStream(RESOURCES + name)) {
      if (in == null) {
        throw new FileNotFoundException(RESOURCES + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
