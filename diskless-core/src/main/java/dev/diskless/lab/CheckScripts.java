package dev.diskless.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.host.Quoting;
import dev.diskless.model.Access;
import dev.diskless.model.Cluster;
import dev.diskless.model.FstabLine;
import dev.diskless.model.Link;
import dev.diskless.model.NameServer;
import dev.diskless.model.NetworkConfig;
import dev.diskless.model.NfsMount;
import dev.diskless.model.Node;
import dev.diskless.model.ReleaseLayout;
import dev.diskless.model.RootMode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks of a running node, as POSIX shell scripts that run on the node. Each script prints its
 * findings, and exits with 0 if they match the descriptor. {@code $now} is the master's time in
 * seconds.
 */
final class CheckScripts {

  /** The options of nfs(5) and mount(8) that /proc/mounts shows by the same name. */
  private static final Set<String> VISIBLE =
      Set.of(
          "soft", "hard", "nosuid", "nodev", "noexec", "noatime", "nodiratime", "sync", "nolock");

  /**
   * The option for the NFS version. nfs(5) accepts two names for it, and values without a minor
   * version.
   */
  private static final Pattern VERSION = Pattern.compile("(?:nfs)?vers=(\\d)(\\.\\d)?");

  /**
   * Maximum difference of two clocks in seconds, the default of Kerberos (krb5.conf(5), clockskew).
   */
  private static final int SECONDS_APART = 300;

  /**
   * Maximum number of other members that each node tries, because a member that is off costs
   * seconds.
   */
  private static final int OTHERS = 8;

  private CheckScripts() {}

  /** Returns the scripts by name, in the order to run. */
  static Map<String, String> of(Cluster cluster, Node node) throws IOException {
    Map<String, String> scripts = new LinkedHashMap<>();
    scripts.put(
        "host-name", "cat /proc/sys/kernel/hostname\ntest \"$(uname -n)\" = " + node.name());
    scripts.put(
        "address",
        "ip -4 -o address show\nip -4 -o address show | grep -qF ' " + node.address() + "/'");
    if (node.group().networkConfig() != NetworkConfig.NONE) {
      cluster
          .networkOf(node.address())
          .address6(node.address())
          .ifPresent(
              address ->
                  scripts.put(
                      "address6",
                      "ip -6 -o address show\nip -6 -o address show | grep -qF ' "
                          + address
                          + "/'"));
    }
    scripts.put("release", release(cluster, node));
    scripts.put("root", root(cluster, node));
    for (NfsMount mount : NfsMount.of(cluster, node)) {
      if (mount.use() == NfsMount.Use.SHARED) {
        scripts.put("mount" + mount.target().replace('/', '-'), mount(mount));
      }
    }
    for (String path : node.group().keeping().state()) {
      scripts.put("state" + path.replace('/', '-'), state(cluster, node, path));
    }
    if (Cards.areAsNamed(node) && node.group().networkConfig() != NetworkConfig.NONE) {
      node.group().links().forEach(l -> scripts.put("interface-" + l.name(), link(node, l)));
    }
    scripts.put("names", names(cluster, "getent"));
    if (cluster.master().dns() == NameServer.DNSMASQ
        && cluster.networkOf(node.address()).dns().contains(cluster.master().address())) {
      scripts.put("dns", names(cluster, "getent -s hosts:dns"));
    }
    if (node.group().membersKey()) {
      scripts.put("members", members(cluster, node));
    }
    scripts.put(
        "clock",
        "here=$(date +%%s)\necho \"$((here - now)) s apart\"\n[ $((here - now)) -lt %d ] && [ $((now - here)) -lt %d ]"
            .formatted(SECONDS_APART, SECONDS_APART));
    scripts.put("units", units(cluster, node));
    return scripts;
  }

  private static String release(Cluster cluster, Node node) {
    return """
        cat /etc/diskless-release
        . /etc/diskless-release
        [ "$CLUSTER" = %s ] && [ "$VERSION" = %s ] && [ "$NODE" = %s ] && [ "$GROUP" = %s ]
        """
        .formatted(
            Quoting.shell(cluster.name()),
            Quoting.shell(cluster.version()),
            Quoting.shell(node.name()),
            Quoting.shell(node.group().name()));
  }

  /** Returns the script check-root.sh, preceded by the values that it compares with. */
  private static String root(Cluster cluster, Node node) throws IOException {
    String server = cluster.master().address() + ":";
    ReleaseLayout release = cluster.release();
    String other =
        cluster.nodes().stream()
            .filter(n -> !n.name().equals(node.name()))
            .filter(n -> List.of(RootMode.FULL, RootMode.SHARED).contains(n.group().root()))
            .findFirst()
            .map(n -> server + release.fullTree(n))
            .orElse("");
    String values =
        "mode=%s\nrelease=%s\nimage=%s\ntree=%s\nother=%s\n"
            .formatted(
                node.group().root().keyword(),
                Quoting.shell(server + release.path()),
                Quoting.shell(server + release.image(node.group().image())),
                Quoting.shell(server + release.fullTree(node)),
                Quoting.shell(other));
    try (InputStream in = CheckScripts.class.getResourceAsStream("check-root.sh")) {
      return values + new String(in.readAllBytes(), UTF_8);
    }
  }

  private static String mount(NfsMount mount) {
    StringBuilder script = new StringBuilder();
    script.append("path=").append(Quoting.shell(mount.target())).append('\n');
    script.append(
        """
        ls "$path" >/dev/null
        line=$(awk -v path="$path" '$2 == path && $3 ~ /^nfs/ { line = $1 " " $4 } END { print line }' /proc/mounts)
        echo "$line"
        [ -n "$line" ] || { echo "$path is not mounted"; exit 1; }
        """);
    script
        .append("[ \"${line%% *}\" = ")
        .append(Quoting.shell(mount.server() + ":" + mount.source()));
    script.append(" ] || { echo 'mounted from elsewhere'; exit 1; }\n");
    List<String> options =
        new java.util.ArrayList<>(mount.options().stream().filter(VISIBLE::contains).toList());
    if (mount.access() == Access.READ_WRITE) {
      // The check of the descriptor has already warned about soft; the fstab contains hard.
      options.remove("soft");
    }
    options.add(mount.access().keyword());
    for (String option : options) {
      script.append(
          "case ,${line#* }, in *,%s,*) ;; *) echo 'without the option %s'; exit 1 ;; esac\n"
              .formatted(option, option));
    }
    for (String option : mount.options()) {
      Matcher version = VERSION.matcher(option);
      if (version.matches()) {
        String minor = version.group(2) == null ? "[,.]*" : version.group(2) + ",*";
        script.append(
            "case ,${line#* }, in *,vers=%s%s) ;; *) echo 'not by %s'; exit 1 ;; esac\n"
                .formatted(version.group(1), minor, option));
      }
    }
    script.append("f=$path/.diskless-lab/$(uname -n)\n");
    script.append(
        mount.access() == Access.READ_WRITE
            ? "echo written >\"$f\" && grep -q written \"$f\" || { echo 'it takes no files'; exit 1; }\n"
            : "if touch \"$f\" 2>/dev/null; then echo 'it can be written'; exit 1; fi\n");
    return script.toString();
  }

  /**
   * Checks that the path is mounted from the node's state directory on the master, and is writable.
   */
  private static String state(Cluster cluster, Node node, String path) {
    String kept = cluster.master().address() + ":" + cluster.release().state(node) + path;
    return """
        path=%s
        line=
        while read -r from where type rest; do
            case $type in
                nfs*) [ "$where" != %s ] || line=$from ;;
            esac
        done </proc/mounts
        echo "$line"
        [ "$line" = %s ] || { echo 'it is not what the master keeps of this node'; exit 1; }
        if [ -d "$path" ]; then
            f=$path/.diskless-lab-$$
            echo written >"$f" && rm "$f"
        else
            : >>"$path"
        fi || { echo 'it takes nothing'; exit 1; }
        """
        .formatted(
            Quoting.shell(path),
            Quoting.shell(FstabLine.escape(path)),
            Quoting.shell(FstabLine.escape(kept)));
  }

  /**
   * Checks an interface other than the boot interface. The network service may still be configuring
   * it.
   */
  private static String link(Node node, Link link) {
    List<String> wants = new ArrayList<>();
    wants.add("ip -o link show dev " + link.name());
    link.mtu()
        .ifPresent(
            mtu ->
                wants.add("[ \"$(cat /sys/class/net/%s/mtu)\" = %d ]".formatted(link.name(), mtu)));
    link.master()
        .ifPresent(
            bond ->
                wants.add(
                    "grep -qw %s /sys/class/net/%s/bonding/slaves".formatted(link.name(), bond)));
    link.bond()
        .ifPresent(
            bond ->
                wants.add(
                    "grep -q '^%s ' /sys/class/net/%s/bonding/mode"
                        .formatted(bond.mode(), link.name())));
    link.vlan()
        .ifPresent(
            vlan ->
                wants.add(
                    "ip -d -o link show dev %s | grep -q '%s@%s.* vlan protocol 802.1Q id %d '"
                        .formatted(link.name(), link.name(), vlan.parent(), vlan.id())));
    Optional.ofNullable(node.addresses().get(link.name()))
        .ifPresent(
            address ->
                wants.add(
                    "ip -o address show dev %s | grep -qF ' %s '".formatted(link.name(), address)));
    return """
        for turn in $(seq 30); do
            if %s; then exit 0; fi
            sleep 1
        done >/dev/null 2>&1
        ip -d address show dev %s
        exit 1
        """
        .formatted(String.join(" && ", wants), link.name());
  }

  /**
   * @param getent the program getent, with options that select the sources to search if necessary
   */
  private static String names(Cluster cluster, String getent) {
    StringBuilder script =
        new StringBuilder(
            """
            wrong=0
            while read -r address name; do
                found=$(GETENT ahostsv4 "$name" | awk 'NR == 1 { print $1 }')
                [ "$found" = "$address" ] || { echo "$name is ${found:-unknown}, not $address"; wrong=1; }
            done <<'END'
            """
                .replace("GETENT", getent));
    script.append(cluster.master().address()).append(' ').append(cluster.master().name());
    script.append('\n');
    for (Node member : cluster.nodes()) {
      script.append(member.address()).append(' ').append(member.name()).append('\n');
    }
    return script.append("END\nexit $wrong\n").toString();
  }

  /**
   * Checks that root can log in with the key of the members, without a prompt. Tries the node
   * itself and members whose sshd answers already.
   */
  private static String members(Cluster cluster, Node node) {
    StringBuilder script =
        new StringBuilder(
            """
            command -v ssh >/dev/null || { echo 'no ssh(1) here'; exit 0; }
            wrong=0
            while read -r name; do
                said=$(ssh -n -T -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=5 -o ServerAliveInterval=10 "$name" uname -n 2>&1)
                # While a node starts or goes down, pam_nologin(8) says so to root, too, and lets root in.
                [ "$(printf '%s\\n' "$said" | tail -n 1)" != "$name" ] || said=$name
                case $said in
                    "$name") echo "in $name" ;;
                    *'Connection refused'* | *'timed out'* | *'not responding'* | *'No route'* | *'Connection reset'* | *'closed by'*) [ "$name" != "$(uname -n)" ] || { echo "$said"; wrong=1; } ;;
                    *) echo "$name: $said"; wrong=1 ;;
                esac
            done <<'END'
            """);
    script.append(node.name()).append('\n');
    cluster.nodes().stream()
        .filter(n -> n.group().membersKey() && !n.name().equals(node.name()))
        .filter(n -> cluster.masterOf(n).equals(cluster.masterOf(node)))
        .limit(OTHERS)
        .forEach(n -> script.append(n.name()).append('\n'));
    return script.append("END\nexit $wrong\n").toString();
  }

  /**
   * Reports failed units. Failed mounts of other file servers do not count, because a lab does not
   * have these servers.
   */
  private static String units(Cluster cluster, Node node) {
    StringBuilder script =
        new StringBuilder(
            """
            timeout 120 systemctl is-system-running --wait
            failed=$(systemctl list-units --failed --no-legend --plain | awk '{ print $1 }')
            """);
    for (NfsMount mount : NfsMount.of(cluster, node)) {
      if (mount.use() == NfsMount.Use.FOREIGN) {
        script.append(
            "foreign=$(systemd-escape --path --suffix=mount %s)\nfailed=$(printf '%%s\\n' \"$failed\" | grep -vxF \"$foreign\")\n"
                .formatted(Quoting.shell(mount.target())));
      }
    }
    return script
        .append(
            """
            [ -z "$failed" ] && exit 0
            echo "failed: $failed"
            for unit in $failed; do journalctl --no-pager --quiet --lines=10 --unit="$unit"; done
            exit 1
            """)
        .toString();
  }
}
