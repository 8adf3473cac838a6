package dev.diskless.render;

import dev.diskless.model.Access;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Master;
import dev.diskless.model.Mount;
import dev.diskless.model.Network;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import inet.ipaddr.IPAddress;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds what a cluster asks for and the shipped templates cannot, or should not, write. */
public final class ClusterChecks {

  /**
   * What can stand in {@code nfsroot=} and {@code diskless.layers=} unescaped: the kernel knows no
   * escapes, a comma starts the options, and a colon ends a path.
   */
  private static final Pattern ROOT_PATH = Pattern.compile("[A-Za-z0-9/._+@%~=-]+");

  /** The kernel's and the init system's own; mounting over them breaks the running node. */
  private static final Set<String> NEVER_MOUNTED =
      Set.of("/", "/proc", "/sys", "/dev", "/run", "/etc");

  private ClusterChecks() {}

  /** Everything found, errors and warnings; none where the cluster can be rendered as it is. */
  public static List<Problem> of(Cluster cluster) {
    Problems problems = new Problems();
    check(cluster, problems);
    isSound(cluster, problems);
    return problems.all();
  }

  /** Whether the cluster is sound enough to be shown to templates at all. */
  static boolean isSound(Cluster cluster, Problems problems) {
    int before = problems.all().size();
    Stream.concat(
            cluster.masters().stream().map(Master::address),
            Stream.concat(
                cluster.networks().stream().map(Network::subnet),
                cluster.nodes().stream().map(Node::address)))
        .filter(IPAddress::isIPv6)
        .forEach(
            a ->
                problems.add(
                    Problem.error(a + " is an IPv6 address", "write IPv4 addresses only for now")));
    if (problems.all().size() > before) {
      return false;
    }
    for (Master master : cluster.masters()) {
      if (isOutside(cluster, master.address())) {
        problems.add(
            Problem.error(
                "the master's address %s is in no network".formatted(master.address()),
                "add its network under networks, or the DHCP server does not answer there"));
      }
    }
    for (Node node : cluster.nodes()) {
      if (isOutside(cluster, node.address())) {
        problems.add(
            Problem.error(
                "the address %s of node %s is in no network".formatted(node.address(), node.name()),
                "add its network under networks"));
      }
    }
    for (Group group : cluster.usedGroups()) {
      group.mounts().forEach(m -> checkPaths("group " + group.name(), m, problems));
    }
    return problems.all().size() == before;
  }

  private static void checkPaths(String group, Mount mount, Problems problems) {
    String name = group + ", mount " + mount.path();
    if (List.of(mount.path().split("/")).contains("..")) {
      problems.add(Problem.error(name + " goes up by ..", "write the path without .."));
    }
    mount
        .from()
        .filter(f -> !f.matches("[^\\s:/]+:/.*"))
        .ifPresent(
            f ->
                problems.add(
                    Problem.error(
                        name + " is from " + f + ", which is no server:/path",
                        "write from: \"storage:/export/scratch\", or leave from away for the"
                            + " master's own path")));
  }

  private static boolean isOutside(Cluster cluster, IPAddress address) {
    return cluster.findNetwork(address).isEmpty();
  }

  static void check(Cluster cluster, Problems problems) {
    String release = cluster.release().path();
    if (!ROOT_PATH.matcher(release).matches()) {
      problems.add(
          Problem.error(
              "the release's path %s cannot be written on a kernel's command line"
                  .formatted(release),
              "use only letters, digits and any of /._+@%~=- in the master's directory and the"
                  + " project's version"));
    }
    for (Master master : cluster.masters()) {
      checkWord(
          cluster.hasOneMaster() ? "master" : "master " + master.name(),
          "interface",
          master.interfaceName(),
          problems);
    }
    cluster.usedGroups().forEach(g -> check(g, problems));
  }

  private static void check(Group group, Problems problems) {
    String name = "group " + group.name();
    checkWord(name, "interface", group.interfaceName(), problems);
    group.kernelArgs().forEach(a -> checkLine(name, "kernelArgs", a, problems));
    group.authorizedKeys().forEach(k -> checkLine(name, "authorizedKeys", k, problems));
    group.mounts().forEach(m -> check(name, m, problems));
  }

  private static void check(String group, Mount mount, Problems problems) {
    String name = group + ", mount " + mount.path();
    checkLine(name, "path", mount.path(), problems);
    mount.from().ifPresent(f -> checkLine(name, "from", f, problems));
    mount.options().forEach(o -> checkWord(name, "options", o, problems));
    if (NEVER_MOUNTED.contains(mount.path())) {
      problems.add(
          Problem.error(
              name + " would hide a part of the root tree that a running node needs",
              "remove the mount; the node has its own " + mount.path()));
    } else if (mount.hidesPrograms()) {
      problems.add(
          Problem.warning(
              name + " would hide the programs and libraries that the node runs from",
              "leave them in the image, or mount a folder of its own such as /opt"));
    }
    if (mount.access() == Access.READ_WRITE && mount.options().contains("soft")) {
      problems.add(
          Problem.warning(
              name + " is soft and rw, which loses data when the server is slow; written as hard",
              "remove soft, or write access: ro"));
    }
    List<String> contrary = mount.access() == Access.READ_WRITE ? List.of("ro") : List.of("rw");
    if (mount.options().stream().anyMatch(contrary::contains)) {
      problems.add(
          Problem.error(
              name
                  + " has access "
                  + mount.access().keyword()
                  + " and the option "
                  + contrary.get(0),
              "write the one that is meant as its access, and not as an option"));
    }
  }

  /** Line breaks in a value would start lines of their own in the files that it is written to. */
  private static void checkLine(String name, String key, String value, Problems problems) {
    if (value.chars().anyMatch(Character::isISOControl)) {
      problems.add(
          Problem.error(
              "%s has a control character in its %s".formatted(name, key), "write it on one line"));
    }
  }

  private static void checkWord(String name, String key, String value, Problems problems) {
    if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c != 0x7F && c != '"')) {
      problems.add(
          Problem.error(
              "%s: \"%s\" in its %s is not one word"
                  .formatted(name, value.replaceAll("\\p{Cntrl}", "?"), key),
              "write it without white space and quotes"));
    }
  }
}
