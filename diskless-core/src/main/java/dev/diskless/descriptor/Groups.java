package dev.diskless.descriptor;

import dev.diskless.descriptor.GroupReader.Own;
import dev.diskless.model.Access;
import dev.diskless.model.CentralLog;
import dev.diskless.model.Group;
import dev.diskless.model.Hardware;
import dev.diskless.model.HostNames;
import dev.diskless.model.InitramfsSource;
import dev.diskless.model.Keeping;
import dev.diskless.model.Mount;
import dev.diskless.model.Profile;
import dev.diskless.model.RemoteLogin;
import dev.diskless.model.RootMode;
import dev.diskless.model.Secret;
import dev.diskless.model.Squash;
import dev.diskless.model.User;
import dev.diskless.model.UserGroup;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The groups with all that they inherit. */
final class Groups {

  private final Map<String, Own> own;
  private final Map<String, List<String>> lineages;
  private final Set<String> declared;
  private final Profile profile;
  private final ClusterWide ofCluster;
  private final Problems problems;
  private final Set<String> used = new HashSet<>();
  private final Map<String, Map<String, Object>> resources = new HashMap<>();
  private final Map<String, Map<String, Location>> mountPlaces = new HashMap<>();
  private final Map<String, Map<String, Location>> valuePlaces = new HashMap<>();
  private final Map<String, Map<String, Location>> linkPlaces = new HashMap<>();

  /**
   * @param ofCluster settings of the cluster, for groups that do not have them
   */
  Groups(
      Map<String, Own> own,
      Map<String, List<String>> lineages,
      Set<String> declared,
      Profile profile,
      ClusterWide ofCluster,
      Problems problems) {
    this.own = own;
    this.lineages = lineages;
    this.declared = declared;
    this.profile = profile;
    this.ofCluster = ofCluster;
    this.problems = problems;
  }

  /** Notes that a node uses the group; an unknown one is a problem. */
  boolean use(Text name) {
    if (!declared.contains(name.value())) {
      problems.add(GroupReader.unknown("group", name, declared));
      return false;
    }
    used.add(name.value());
    return true;
  }

  /** What templates can read of a group that is there. */
  Map<String, Object> resources(String name) {
    Map<String, Object> known = resources.get(name);
    if (known == null) {
      known = Map.of();
      for (String each : lineages.getOrDefault(name, List.of())) {
        if (own.containsKey(each)) {
          known = Resources.merge(known, own.get(each).resources());
        }
      }
      resources.put(name, known);
    }
    return known;
  }

  /** All groups that have an image, by name. To be asked for when every node is known. */
  Map<String, Group> resolve() {
    Set<String> extended = new HashSet<>();
    own.values().forEach(group -> extended.addAll(group.parents()));
    Map<String, Group> groups = new LinkedHashMap<>();
    for (Own group : own.values()) {
      String name = group.name().value();
      if (!HostNames.isLabel(name)) {
        continue; // told already
      }
      Optional<Group> resolved = resolve(group);
      resolved.ifPresent(g -> groups.put(name, g));
      boolean unclear =
          lineages.get(name).stream()
              .anyMatch(n -> !own.containsKey(n) || own.get(n).isImageUnclear());
      if (resolved.isEmpty() && !unclear && (used.contains(name) || !extended.contains(name))) {
        problems.add(
            Problem.error(
                group.name().at(),
                "the group %s has no image".formatted(group.name().quoted()),
                "add the key \"image\", or extend a group that has one"));
      }
    }
    return groups;
  }

  private Optional<Group> resolve(Own group) {
    String groupName = group.name().value();
    List<String> lineage = lineages.get(groupName);
    Group.Builder resolved = Group.of(groupName);
    Optional<Text> image = Optional.empty();
    Map<String, Placed<Object>> scalars = new LinkedHashMap<>(ofCluster.scalars());
    Hardware hardware = Hardware.UNKNOWN;
    List<String> kernelArgs = new ArrayList<>();
    Map<String, Placed<Mount>> mounts = new LinkedHashMap<>();
    List<String> authorizedKeys = new ArrayList<>();
    Map<String, Placed<String>> state = new LinkedHashMap<>();
    Map<String, Placed<Secret>> secrets = new LinkedHashMap<>();
    Map<String, Links.Own> links = new LinkedHashMap<>();
    Map<String, Placed<User>> users = new LinkedHashMap<>(ofCluster.users());
    Map<String, Placed<UserGroup>> userGroups = new LinkedHashMap<>(ofCluster.userGroups());
    for (String name : lineage) {
      Own each = own.get(name);
      if (each == null) {
        continue;
      }
      image = each.image().isPresent() ? each.image() : image;
      scalars.putAll(each.scalars());
      hardware = each.hardware().over(hardware);
      kernelArgs.addAll(each.kernelArgs());
      mounts.putAll(each.mounts());
      authorizedKeys.addAll(each.authorizedKeys());
      each.state().forEach(state::putIfAbsent);
      secrets.putAll(each.secrets());
      links.putAll(each.links());
      users.putAll(each.users());
      userGroups.putAll(each.userGroups());
    }
    AccountsReader.check(users, userGroups, problems);
    Optional.ofNullable(users.get("root"))
        .ifPresent(root -> authorizedKeys.addAll(root.value().sshKeys()));
    users.values().stream()
        .filter(user -> user.value().password())
        .findFirst()
        .ifPresent(
            user ->
                secrets.putIfAbsent(
                    User.PASSWORDS.path(), new Placed<>(User.PASSWORDS, user.at())));
    profile
        .secrets()
        .forEach(s -> secrets.putIfAbsent(s.path(), new Placed<>(s, group.name().at())));
    Map<String, Location> placesOfLinks = new LinkedHashMap<>();
    links.values().forEach(link -> placesOfLinks.put(link.name().value(), link.name().at()));
    // An interface that another is made of needs no address.
    links.values().stream()
        .flatMap(link -> Stream.concat(link.bond().stream(), link.parent().stream()))
        .forEach(part -> placesOfLinks.remove(part.value()));
    linkPlaces.put(groupName, placesOfLinks);
    checkInitramfs(group, scalars);
    scalars.forEach((key, value) -> resolved.set(key, value.value()));
    Optional<Placed<Object>> log = Optional.ofNullable(scalars.get("log"));
    Map<String, Location> placesOfValues = new HashMap<>();
    scalars.forEach((key, value) -> placesOfValues.put(key, value.at()));
    users.forEach((name, user) -> placesOfValues.put("users." + name, user.at()));
    userGroups.forEach((name, its) -> placesOfValues.put("userGroups." + name, its.at()));
    valuePlaces.put(groupName, Map.copyOf(placesOfValues));
    boolean isLogShared =
        log.filter(l -> l.value().equals(CentralLog.SHARED.keyword())).isPresent();
    if (isLogShared && mounts.containsKey("/var/log")) {
      problems.add(
          Problem.error(
              mounts.get("/var/log").at(),
              "the group %s has log: shared, which already mounts /var/log"
                  .formatted(group.name().quoted()),
              "remove this mount, or log: shared"));
    }
    mounts.values().forEach(this::refuseSyslogDirectory);
    warnOfHiddenMounts(mounts);
    Keeping keeping = KeepingReader.resolve(state, secrets, mounts, problems);
    if (image.isEmpty()) {
      return Optional.empty();
    }
    Group soFar = resolved.image(image.get().value()).authorizedKeys(authorizedKeys).build();
    mounts.values().forEach(m -> refuseLockedOut(m, soFar));
    Map<String, Location> places = new HashMap<>();
    mounts.forEach((path, mount) -> places.put(path, mount.at()));
    mountPlaces.put(groupName, Map.copyOf(places));
    return Optional.of(
        resolved
            .lineage(lineage)
            .links(Links.resolve(links, soFar.interfaceName(), soFar.networkConfig(), problems))
            .hardware(hardware)
            .kernelArgs(kernelArgs)
            .mounts(mounts.values().stream().map(Placed::value).toList())
            .authorizedKeys(authorizedKeys.stream().distinct().toList())
            .resources(resources(groupName))
            .keeping(keeping)
            .set("users", users.values().stream().map(Placed::value).toList())
            .set("userGroups", userGroups.values().stream().map(Placed::value).toList())
            .build());
  }

  /** A kernel alone mounts one directory as its root: it lays no layers and unpacks no image. */
  private void checkInitramfs(Own group, Map<String, Placed<Object>> scalars) {
    Placed<Object> initramfs = scalars.get("initramfs");
    String full = RootMode.FULL.keyword();
    Object root = scalars.containsKey("root") ? scalars.get("root").value() : full;
    if (initramfs != null
        && initramfs.value().equals(InitramfsSource.NONE.keyword())
        && !root.equals(full)) {
      problems.add(
          Problem.error(
              initramfs.at(),
              "the group %s has root: %s, which needs an initramfs. A kernel without an initramfs mounts only"
                      .formatted(group.name().quoted(), root)
                  + " one directory",
              "write root: full, or remove initramfs: none"));
      scalars.remove("initramfs");
    }
  }

  /** Rejects a mount through which nodes could plant links for the master's rsyslog. */
  private void refuseSyslogDirectory(Placed<Mount> mount) {
    String path = mount.value().path();
    String files = CentralLog.SYSLOG_DIRECTORY;
    boolean isOfMaster = mount.value().from().isEmpty();
    boolean isWritable = mount.value().access() == Access.READ_WRITE;
    boolean covers =
        path.equals("/") || (files + "/").startsWith(path + "/") || path.startsWith(files + "/");
    if (isOfMaster && isWritable && covers) {
      problems.add(
          Problem.error(
              mount.at(),
              "nodes can write %s, and the master's rsyslog writes as root in %s"
                  .formatted(path, files),
              "remove this mount, or write access: ro"));
    }
  }

  /** Root of a node cannot even read a private file of what it mounts, unless it is root there. */
  private void refuseLockedOut(Placed<Mount> mount, Group group) {
    if (mount.value().squash() == Squash.NONE
        || group.remoteLogin() == RemoteLogin.SSH && group.authorizedKeys().isEmpty()) {
      return;
    }
    group
        .remoteLogin()
        .rootsFile()
        .filter(mount.value()::hides)
        .ifPresent(
            file ->
                problems.add(
                    Problem.error(
                        mount.at(),
                        "the mount \"%s\" hides %s of each node, which root needs to log in"
                            .formatted(mount.value().path(), file),
                        "remove it, or mount another folder, such as /root/shared")));
  }

  /** Where the mounts of each group stand, by the group's name and the mount's path. */
  Map<String, Map<String, Location>> mountPlaces() {
    return Map.copyOf(mountPlaces);
  }

  /**
   * Locations of further interfaces that can have an address and that no other interface is made
   * of, by the name of the group and the interface.
   */
  Map<String, Map<String, Location>> linkPlaces() {
    return Map.copyOf(linkPlaces);
  }

  /** Locations of keys with a single value, by the name of the group and the key. */
  Map<String, Map<String, Location>> valuePlaces() {
    return Map.copyOf(valuePlaces);
  }

  private void warnOfHiddenMounts(Map<String, Placed<Mount>> mounts) {
    Map<String, Placed<Mount>> hidden = new HashMap<>();
    for (Placed<Mount> mount : mounts.values()) {
      String path = mount.value().path();
      Placed<Mount> below = hidden.get(path);
      if (below != null) {
        problems.add(
            Problem.warning(
                mount.at(),
                "the mount \"%s\" comes after \"%s\", at %s, and may hide it"
                    .formatted(path, below.value().path(), below.at()),
                "list it before"));
      }
      for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        hidden.putIfAbsent(path.substring(0, slash), mount);
      }
    }
  }
}
