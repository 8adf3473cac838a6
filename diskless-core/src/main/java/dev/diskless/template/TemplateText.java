package dev.diskless.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.host.Quoting;
import dev.diskless.model.Export;
import dev.diskless.model.FstabLine;
import dev.diskless.model.NodeNames;
import java.util.Collection;
import java.util.stream.Collectors;

/** Text helpers of templates, as {@code $text}. Null is refused: strict mode reports where. */
public final class TemplateText {

  TemplateText() {}

  /** The items with a separator between them. */
  public String join(Collection<?> items, String separator) {
    return items.stream().map(String::valueOf).collect(Collectors.joining(separator));
  }

  /** Names of nodes shortly, as ClusterShell and Slurm read them: {@code node[001-100],login}. */
  public String fold(Collection<?> names) {
    return NodeNames.fold(names.stream().map(String::valueOf).toList()).replace(", ", ",");
  }

  /** A field of fstab(5), without white space. */
  public String fstab(String field) {
    return FstabLine.escape(field);
  }

  /** A path of exports(5), without white space. */
  public String exports(String path) {
    return Export.escape(path);
  }

  /** A value of a unit file, in which a percent sign stands for more (systemd.unit(5)). */
  public String unit(String value) {
    return value.replace("%", "%%");
  }

  /** A string of ganesha-config(8), in its quotes. */
  public String ganesha(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** A string of dhcpd.conf(5), in its quotes. */
  public String dhcpd(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (byte b : value.getBytes(UTF_8)) {
      if (b == '"' || b == '\\') {
        quoted.append('\\').append((char) b);
      } else if (b >= ' ' && b < 0x7F) {
        quoted.append((char) b);
      } else {
        quoted.append(String.format("\\%03o", b & 0xFF));
      }
    }
    return quoted.append('"').toString();
  }

  /** A string of JSON (RFC 8259), in its quotes. */
  public String json(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /** A word of a POSIX shell, and so of os-release(5), in its quotes. */
  public String shell(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ("\"\\$`".indexOf(c) >= 0) {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }

  /** Returns kernel arguments as GRUB's script language reads them. */
  public String grub(Collection<String> arguments) {
    return arguments.stream().map(Quoting::grub).collect(Collectors.joining(" "));
  }
}
