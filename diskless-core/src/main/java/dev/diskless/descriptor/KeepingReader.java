package dev.diskless.descriptor;

import dev.diskless.model.Keeping;
import dev.diskless.model.Mount;
import dev.diskless.model.Owner;
import dev.diskless.model.Secret;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what the master keeps of nodes: {@code state} and {@code secret} of a group. */
final class KeepingReader {

  private static final int PRIVATE = 0600;

  /** What the kernel and init have read, or run from, before anything can be mounted there. */
  private static final Set<String> NEVER_STATE =
      Set.of(
          "/",
          "/bin",
          "/boot",
          "/dev",
          "/etc",
          "/lib",
          "/lib64",
          "/proc",
          "/run",
          "/sbin",
          "/sys",
          "/tmp",
          "/usr",
          "/usr/bin",
          "/usr/lib",
          "/usr/lib64",
          "/usr/sbin");

  /** In each node's layer, so that it is there before init. */
  private static final Set<String> ALWAYS_KEPT = Set.of("/etc/machine-id");

  private KeepingReader() {}

  static Map<String, Placed<String>> state(Section section, Problems problems) {
    Map<String, Placed<String>> state = new LinkedHashMap<>();
    for (Text path : section.texts("state")) {
      if (!isPath(path, "the state", problems)) {
        continue;
      }
      String top = path.value().replaceFirst("^(/[^/]*).*", "$1");
      if (NEVER_STATE.contains(path.value())
          || Set.of("/dev", "/proc", "/run", "/sys").contains(top)) {
        problems.add(
            Problem.error(
                path.at(),
                "the state %s is in use before diskless can mount it".formatted(path.quoted()),
                "write the paths below it that nodes keep, such as /var/lib/slurm"));
      } else if (isAlwaysKept(path.value())) {
        problems.add(
            Problem.error(
                path.at(), "every node keeps %s already".formatted(path.quoted()), "remove it"));
      } else if (state.putIfAbsent(path.value(), new Placed<>(path.value(), path.at())) != null) {
        problems.add(
            Problem.error(
                path.at(), "the state %s is listed twice".formatted(path.quoted()), "keep one"));
      }
    }
    return state;
  }

  static Map<String, Placed<Secret>> secrets(Section section, Problems problems) {
    Map<String, Placed<Secret>> secrets = new LinkedHashMap<>();
    for (Section each : section.sections("secret")) {
      Optional<Text> path = each.text("path");
      if (path.isEmpty() || !isPath(path.get(), "the secret", problems)) {
        continue;
      }
      if (isAlwaysKept(path.get().value())) {
        problems.add(
            Problem.error(
                path.get().at(),
                "%s is already created for every node".formatted(path.get().quoted()),
                "remove it"));
        continue;
      }
      Secret secret =
          new Secret(
              path.get().value(),
              GroupReader.keyword(each, "scope", Secret.Scope.values())
                  .orElse(Secret.Scope.CLUSTER),
              GroupReader.keyword(each, "from", Secret.Origin.values())
                  .orElse(Secret.Origin.RANDOM),
              owner(each, "owner", problems),
              owner(each, "group", problems),
              each.get("mode")
                  .map(m -> PermissionsReader.mode(m, problems).orElse(PRIVATE))
                  .orElse(PRIVATE));
      if (secrets.putIfAbsent(secret.path(), new Placed<>(secret, path.get().at())) != null) {
        problems.add(
            Problem.error(
                path.get().at(),
                "the secret %s is listed twice".formatted(path.get().quoted()),
                "keep one"));
      }
    }
    return secrets;
  }

  private static Owner owner(Section section, String key, Problems problems) {
    return section
        .textOrNumber(key)
        .flatMap(text -> PermissionsReader.owner(text, problems))
        .orElse(Owner.ROOT);
  }

  private static boolean isPath(Text text, String what, Problems problems) {
    Optional<String> wrong = GroupReader.faultOfPath(text.value());
    wrong.ifPresent(
        w ->
            problems.add(
                Problem.error(
                    text.at(),
                    "%s %s %s".formatted(what, text.quoted(), w),
                    "write an absolute path without a slash at its end, such as /var/lib/slurm")));
    return wrong.isEmpty();
  }

  private static boolean isAlwaysKept(String path) {
    return ALWAYS_KEPT.contains(path) || path.matches("/etc/ssh/(ssh_host_|members_key)[^/]*");
  }

  /** What a group and all that it extends have; what cannot be together is told. */
  static Keeping resolve(
      Map<String, Placed<String>> state,
      Map<String, Placed<Secret>> secrets,
      Map<String, Placed<Mount>> mounts,
      Problems problems) {
    for (Placed<String> path : state.values()) {
      for (String other : state.keySet()) {
        if (isIn(path.value(), other)) {
          tell(path, "is in the state \"" + other + "\", too", problems);
        }
      }
      if (mounts.containsKey(path.value())) {
        tell(path, "is a mount, too", problems);
      }
    }
    for (Placed<Secret> secret : secrets.values()) {
      String path = secret.value().path();
      for (String other : state.keySet()) {
        if (path.equals(other) || isIn(path, other)) {
          problems.add(
              Problem.error(
                  secret.at(),
                  "the secret \"%s\" is in the state \"%s\", which would hide it"
                      .formatted(path, other),
                  "keep one of them"));
        }
      }
      for (Placed<Mount> mount : mounts.values()) {
        if (mount.value().hides(path)) {
          problems.add(
              Problem.error(
                  secret.at(),
                  "the secret \"%s\" is in the mount \"%s\", at %s, which would hide it"
                      .formatted(path, mount.value().path(), mount.at()),
                  "keep one of them"));
        }
      }
    }
    return new Keeping(
        state.values().stream().map(Placed::value).toList(),
        secrets.values().stream().map(Placed::value).toList());
  }

  private static void tell(Placed<String> path, String what, Problems problems) {
    problems.add(
        Problem.error(
            path.at(), "the state \"%s\" %s".formatted(path.value(), what), "keep one of them"));
  }

  private static boolean isIn(String path, String folder) {
    return path.startsWith(folder + "/");
  }
}
