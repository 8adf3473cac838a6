package dev.diskless.descriptor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The options that a mount over NFS takes: those of nfs(5), and those of any file system in
 * mount(8). What the kernel would refuse, it refuses on a node that boots; here it is a mistake
 * with a line and a column.
 */
final class MountOption {

  private static final Pattern WORD = Pattern.compile("\\S+");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern POSITIVE = Pattern.compile("0*[1-9]\\d{0,8}");

  /** What stands after the equals sign, by name; null for an option that takes nothing. */
  private static final Map<String, Pattern> KNOWN = new LinkedHashMap<>();

  static {
    // nfs(5), all versions
    with("3|4|4\\.[0-2]", "nfsvers", "vers");
    bare("soft", "softerr", "hard", "softreval", "nosoftreval", "intr", "nointr");
    with(POSITIVE, "timeo", "rsize", "wsize");
    with(NUMBER, "retrans", "acregmin", "acregmax", "acdirmin", "acdirmax", "actimeo", "retry");
    bare("ac", "noac", "bg", "fg", "rdirplus", "nordirplus", "sharecache", "nosharecache");
    with("[1-9]|1[0-6]", "nconnect", "max_connect");
    bare("resvport", "noresvport", "fsc", "nofsc", "sloppy", "trunkdiscovery");
    with("(none|sys|krb5|krb5i|krb5p)(:(none|sys|krb5|krb5i|krb5p))*", "sec");
    with("none|tls|mtls", "xprtsec");
    with("all|none|pos|positive", "lookupcache");
    with("lazy|eager|wait", "write");
    bare("notrunkdiscovery");
    // versions 2 and 3
    with("(udp|tcp|rdma)6?", "proto", "mountproto");
    bare("udp", "tcp", "rdma", "lock", "nolock", "cto", "nocto", "acl", "noacl");
    with(NUMBER, "port", "mountport", "namlen");
    with("[1-3]", "mountvers");
    with(WORD, "mounthost");
    with("all|flock|posix|none", "local_lock");
    // version 4
    with("[0-2]", "minorversion");
    with("[0-9a-fA-F.:]+", "clientaddr");
    bare("migration", "nomigration");
    // mount(8), filesystem-independent
    bare("async", "sync", "dirsync", "atime", "noatime", "diratime", "nodiratime", "relatime");
    bare("norelatime", "strictatime", "nostrictatime", "lazytime", "nolazytime", "auto", "noauto");
    bare("defaults", "dev", "nodev", "exec", "noexec", "suid", "nosuid", "symfollow");
    bare("nosymfollow", "silent", "loud", "iversion", "noiversion", "mand", "nomand", "nofail");
    bare("group", "owner", "user", "nouser", "users", "_netdev");
    with(WORD, "context", "fscontext", "defcontext", "rootcontext", "comment");
  }

  private MountOption() {}

  private static void bare(String... names) {
    Arrays.stream(names).forEach(name -> KNOWN.put(name, null));
  }

  private static void with(String values, String... names) {
    with(Pattern.compile(values), names);
  }

  private static void with(Pattern values, String... names) {
    Arrays.stream(names).forEach(name -> KNOWN.put(name, values));
  }

  /**
   * What is wrong with an option.
   *
   * @param what as a message says it
   * @param remedy what to write
   */
  record Fault(String what, String remedy) {}

  /** Looks at one option by itself. */
  static Optional<Fault> faultOf(String option) {
    // mount(8) leaves these to whoever reads fstab, such as systemd.mount(5).
    if (option.startsWith("x-") || option.startsWith("X-")) {
      return Optional.empty();
    }
    int equals = option.indexOf('=');
    String name = equals < 0 ? option : option.substring(0, equals);
    if (!KNOWN.containsKey(name)) {
      return Optional.of(
          new Fault(
              "%s is not a valid option of nfs(5) or mount(8)".formatted(Text.quote(name)),
              Nearest.to(name, KNOWN.keySet())
                  .map(nearest -> "perhaps " + nearest)
                  .orElse("nfs(5) lists all options")));
    }
    Pattern values = KNOWN.get(name);
    if (values == null) {
      return equals < 0
          ? Optional.empty()
          : Optional.of(new Fault("the option %s takes no value".formatted(name), "write " + name));
    }
    if (equals < 0) {
      return Optional.of(
          new Fault(
              "the option %s needs a value".formatted(name), "write %s=VALUE".formatted(name)));
    }
    String value = option.substring(equals + 1);
    return values.matcher(value).matches()
        ? Optional.empty()
        : Optional.of(
            new Fault(
                "%s is not a valid value for the option %s".formatted(Text.quote(value), name),
                "see %s in nfs(5)".formatted(name)));
  }

  /** An option among those before that says the contrary. */
  static Optional<String> contraryOf(String option, List<String> before) {
    return before.stream().filter(other -> isContrary(option, other)).findFirst();
  }

  private static boolean isContrary(String a, String b) {
    if (a.equals("no" + b) || b.equals("no" + a)) {
      return true;
    }
    List<List<String>> either =
        List.of(
            List.of("hard", "soft", "softerr"),
            List.of("bg", "fg"),
            List.of("udp", "tcp", "rdma"),
            List.of("sync", "async"));
    return !a.equals(b) && either.stream().anyMatch(one -> one.contains(a) && one.contains(b));
  }

  /** For a test that holds them against the manual page. */
  static boolean isKnown(String name) {
    return KNOWN.containsKey(name);
  }
}
