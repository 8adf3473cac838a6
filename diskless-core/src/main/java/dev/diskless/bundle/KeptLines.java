package dev.diskless.bundle;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Master;
import dev.diskless.model.Owner;
import dev.diskless.model.RemoteLogin;
import dev.diskless.model.Secret;

/** The lines of {@link BundleLayout#KEPT}. */
final class KeptLines {

  private KeptLines() {}

  static String of(Cluster cluster) {
    StringBuilder lines = new StringBuilder();
    for (Master master : cluster.masters()) {
      line(lines, "master", master.name(), master.address().toString());
    }
    for (Group group : cluster.usedGroups()) {
      if (group.remoteLogin() == RemoteLogin.SSH) {
        line(lines, "host-keys", group.name());
      }
      if (group.membersKey()) {
        line(lines, "members-key", group.name());
      }
      for (String path : group.keeping().state()) {
        line(lines, "state", group.name(), path);
      }
      for (Secret secret : group.keeping().secrets()) {
        line(
            lines,
            "secret",
            group.name(),
            secret.scope().keyword(),
            secret.origin().keyword(),
            of(secret.owner()),
            of(secret.group()),
            "%04o".formatted(secret.mode()),
            secret.path());
      }
    }
    return lines.toString();
  }

  private static void line(StringBuilder lines, String... words) {
    lines.append(String.join("\t", words)).append('\n');
  }

  /** A number, or a name that the tree itself resolves. */
  static String of(Owner owner) {
    return owner instanceof Owner.Id id ? Long.toString(id.id()) : ((Owner.Name) owner).name();
  }
}
