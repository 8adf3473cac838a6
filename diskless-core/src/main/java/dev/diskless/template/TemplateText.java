package dev.diskless.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.host.Quoting;
import dev.diskless.model.Export;
import dev.diskless.model.FstabLine;
import dev.diskless.model.NodeNames;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Text functions of templates, as {@code $text}. They reject null; strict mode reports where. */
public final class TemplateText {

  /** Names that begin with a letter, and IPv4 addresses. */
  private static final Pattern YAML_PLAIN =
      Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*|[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  /** Words of yaml.org/type/bool.html and yaml.org/type/null.html. */
  private static final Set<String> YAML_WORDS =
      Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null");

  TemplateText() {}

  /** Returns the items with a separator between them. */
  public String join(Collection<?> items, String separator) {
    return items.stream().map(String::valueOf).collect(Collectors.joining(separator));
  }

  /** Returns names of nodes as ClusterShell and Slurm fold them: {@code node[001-100],login}. */
  public String fold(Collection<?> names) {
    return NodeNames.fold(names.stream().map(String::valueOf).toList()).replace(", ", ",");
  }

  /** Returns a field of fstab(5), with escaped white space. */
  public String fstab(String field) {
    return FstabLine.escape(field);
  }

  /** Returns a path of exports(5), with escaped white space. */
  public String exports(String path) {
    return Export.escape(path);
  }

  /** Returns a value of a unit file, with escaped percent signs (systemd.unit(5)). */
  public String unit(String value) {
    return value.replace("%", "%%");
  }

  /** Returns a quoted string of ganesha-config(8). */
  public String ganesha(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Returns a quoted string of dhcpd.conf(5). */
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

  /** Returns a quoted string of JSON (RFC 8259). */
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

  /**
   * Returns a string of YAML: plain if YAML 1.1 and YAML 1.2 read the plain text as this string,
   * and otherwise in double quotes. YAML 1.1 (yaml.org/type) also reads words such as {@code no},
   * and texts such as {@code 007}, {@code 1e3} and {@code 2001-01-01}, as other types. JSON's
   * escape sequences are valid in double quotes (YAML 1.2, section 5.7).
   */
  public String yaml(String value) {
    boolean isPlain =
        YAML_PLAIN.matcher(value).matches() && !YAML_WORDS.contains(value.toLowerCase(Locale.ROOT));
    return isPlain ? value : json(value);
  }

  /** Returns a list of strings of YAML, on one line. */
  public String yaml(Collection<String> values) {
    return values.stream().map(this::yaml).collect(Collectors.joining(", ", "[", "]"));
  }

  /** Returns a quoted word of a POSIX shell, which os-release(5) also accepts. */
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
