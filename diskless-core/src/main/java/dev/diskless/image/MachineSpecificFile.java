package dev.diskless.image;

import dev.diskless.tree.Entry.Type;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Kinds of files that belong to a single machine and must not be cloned: identities, secrets, and
 * services of a master. Two nodes with the same machine-id get the same lease. Two nodes with the
 * same host key can impersonate each other. A copied DHCP server answers requests of its
 * neighbours.
 */
enum MachineSpecificFile {
  SSH_HOST_KEY("ssh host key", "ssh host keys", Where.ANYWHERE, "etc/ssh/ssh_host_.*"),
  /**
   * Machine-id. The image gets an empty file, so that systemd makes a new machine-id at each boot
   * (machine-id(5)).
   */
  MACHINE_ID("machine-id", "machine-ids", Where.ANYWHERE, "etc/machine-id"),
  /** Machine-id of D-Bus. It stays if it is a symbolic link, usually to the file above. */
  DBUS_MACHINE_ID(
      "machine-id of D-Bus", "machine-ids of D-Bus", Where.ANYWHERE, "var/lib/dbus/machine-id"),
  LEASE(
      "DHCP lease",
      "DHCP leases",
      Where.ANYWHERE,
      "var/lib/(dhcp|dhclient|dhcpcd|dhcpcd5|dhcpd|kea)/.+",
      "var/lib/NetworkManager/[^/]*lease[^/]*",
      "var/lib/misc/dnsmasq\\.leases",
      "var/lib/systemd/network/.*lease.*"),
  SECRET(
      "random seed",
      "random seeds",
      Where.ANYWHERE,
      "var/lib/systemd/(random-seed|credential\\.secret)",
      "var/lib/(random-seed|urandom/random-seed)",
      "var/lib/NetworkManager/secret_key"),
  /**
   * Key that the installation of the package makes. All nodes with the same image would share the
   * key.
   */
  MUNGE_KEY("munge key", "munge keys", Where.ANYWHERE, "etc/munge/munge\\.key"),
  KEYTAB("Kerberos keytab", "Kerberos keytabs", Where.ANYWHERE, "etc/krb5\\.keytab"),
  /** Key that a release installed. Each master makes its own key. */
  MEMBERS_KEY(
      "ssh key of members", "ssh keys of members", Where.ANYWHERE, "etc/ssh/members_key[^/]*"),
  /**
   * Private key of root. With this key, root of a node becomes root on all machines that trust the
   * public key.
   */
  PRIVATE_KEY(
      "private ssh key of root",
      "private ssh keys of root",
      Where.ANYWHERE,
      "root/\\.ssh/id_[^/]*(?<!\\.pub)"),
  /** Rules that would reserve the name eth0 for the MAC address of the first node on all nodes. */
  INTERFACE_NAMES(
      "interface name rule",
      "interface name rules",
      Where.ANYWHERE,
      "etc/udev/rules\\.d/70-persistent-(net|cd)\\.rules"),
  /** Files that a release installed on the master. With these files, nodes would act as servers. */
  RELEASE(
      "file of the release that runs there",
      "files of the release that runs there",
      Where.ON_A_MASTER,
      "etc/([^/]+/)*diskless(-nodes)?\\.[a-z]+",
      "etc/logrotate\\.d/diskless",
      "etc/diskless/.+",
      "etc/hosts\\.diskless"),
  SERVER(
      "enabled server",
      "enabled servers",
      Where.ON_A_MASTER,
      "etc/systemd/system/[^/]+\\.(wants|requires)/"
          + Where.SERVERS
          + "(@[^/]*)?\\.(service|socket)",
      "etc/rc[0-6S]\\.d/S[0-9][0-9]" + Where.SERVERS);

  private static final class Where {
    static final boolean ANYWHERE = false;
    static final boolean ON_A_MASTER = true;
    static final String SERVERS =
        "(isc-dhcp-server6?|dhcpd6?|udhcpd|kea|kea-dhcp4(-server)?|kea-dhcp6(-server)?"
            + "|kea-dhcp-ddns(-server)?|kea-ctrl-agent|dnsmasq|radvd"
            + "|slurmctld|nfs-server|nfs-kernel-server|nfs-ganesha|nfs-mountd"
            + "|nginx|tftpd-hpa|atftpd|tftpd?|tftp-server|in\\.tftpd)";
  }

  private final String one;
  private final String many;
  private final boolean masterOnly;
  private final Pattern pattern;

  /** Prefixes of names of this kind, one for each pattern. */
  private final String[] starts;

  MachineSpecificFile(String one, String many, boolean masterOnly, String... patterns) {
    this.one = one;
    this.many = many;
    this.masterOnly = masterOnly;
    this.pattern = Pattern.compile("(" + String.join(")|(", patterns) + ")");
    this.starts = new String[patterns.length];
    for (int i = 0; i < patterns.length; i++) {
      int end = 0;
      while (end < patterns[i].length() && isLiteral(patterns[i].charAt(end))) {
        end++;
      }
      // The last may be followed by a sign that says how often.
      starts[i] =
          patterns[i].substring(0, end == patterns[i].length() ? end : Math.max(0, end - 1));
    }
  }

  private static boolean isLiteral(char c) {
    return c == '/' || c == '-' || c == '_' || Character.isLetterOrDigit(c);
  }

  /**
   * Compares the prefixes first, because only few of the thousands of names in an image need a
   * pattern.
   */
  private boolean matches(String raw) {
    for (String start : starts) {
      if (raw.startsWith(start)) {
        return pattern.matcher(raw).matches();
      }
    }
    return false;
  }

  /**
   * Returns the kind of a file that belongs to a single machine; empty for all other files.
   *
   * @param raw path in a tree, with one byte per {@code char}
   * @param fromMaster whether the tree is a copy of a running machine, which may be the master; in
   *     other trees, servers are enabled on purpose
   */
  static Optional<MachineSpecificFile> of(String raw, Type type, boolean fromMaster) {
    if (type == Type.DIRECTORY
        || !raw.startsWith("etc/")
            && !raw.startsWith("root/.ssh/")
            && (!raw.startsWith("var/lib/") || raw.startsWith("var/lib/dpkg/"))) {
      return Optional.empty();
    }
    for (MachineSpecificFile kind : values()) {
      if ((fromMaster || !kind.masterOnly) && kind.matches(raw)) {
        boolean isLinkToMachineId =
            type == Type.SYMLINK && (kind == MACHINE_ID || kind == DBUS_MACHINE_ID);
        return isLinkToMachineId ? Optional.empty() : Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** How many of it, in words. */
  String count(int number) {
    return number == 1 ? one : number + " " + many;
  }
}
