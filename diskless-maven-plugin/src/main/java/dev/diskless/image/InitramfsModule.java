package dev.diskless.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Our part of the initramfs of initramfs-tools(7): what makes a stateless root of a read-only image
 * and the layers of a node. It is laid where packages put theirs, before a kernel is installed and
 * makes its initramfs.
 */
final class InitramfsModule {

  private static final String RESOURCES = "/dev/diskless/initramfs/";
  private static final String DIRECTORY = "usr/share/initramfs-tools/";

  private final Map<String, String> files = new LinkedHashMap<>();

  InitramfsModule() {
    for (String name : new String[] {"hooks/diskless", "scripts/nfs-bottom/diskless"}) {
      files.put(DIRECTORY + name, read(name));
    }
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

  /** A shell script that puts the files into the root tree $1. */
  String install() {
    StringBuilder script = new StringBuilder("set -eu\ncd \"$1\"\n");
    files.forEach(
        (path, text) -> {
          script.append("mkdir -p ").append(path, 0, path.lastIndexOf('/')).append('\n');
          script.append("cat > ").append(path).append(" <<'END OF FILE'\n");
          script.append(text).append("END OF FILE\n");
          script.append("chmod 0755 ").append(path).append('\n');
        });
    return script.toString();
  }
}
