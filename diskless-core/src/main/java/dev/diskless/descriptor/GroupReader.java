package dev.diskless.descriptor;

import dev.diskless.model.Access;
import dev.diskless.model.CentralLog;
import dev.diskless.model.GeneratedArguments;
import dev.diskless.model.Group;
import dev.diskless.model.Hardware;
import dev.diskless.model.HostNames;
import dev.diskless.model.KernelArgument;
import dev.diskless.model.Keyword;
import dev.diskless.model.Mount;
import dev.diskless.model.Profile;
import dev.diskless.model.RemoteLogin;
import dev.diskless.model.ScalarKey;
import dev.diskless.model.Secret;
import dev.diskless.model.Squash;
import dev.diskless.model.User;
import dev.diskless.model.UserGroup;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the groups, each with what it says itself, and who extends whom. */
final class GroupReader {

  private static final String RSH = "rsh sends everything unencrypted, and trusts every address";

  private static final Pattern FROM = Pattern.compile("(\\[[^\\]]*]|[^:]*):(.*)");

  /** A type of sshd(8), and a key in base64, which for every type begins with the same bytes. */
  private static final Pattern PUBLIC_KEY =
      Pattern.compile(
          "(.*\\s)?(ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-)\\S+\\s+AAAA[A-Za-z0-9+/=]*(\\s.*)?");

  private static final Set<String> KERNEL_DIRECTORIES = Set.of("/dev", "/proc", "/run", "/sys");

  /** The name is the key of the group itself, and the image is checked on its own. */
  private static final List<ScalarKey> SCALARS =
      ScalarKey.of(Group.class).stream()
          .filter(key -> !Set.of("name", "image").contains(key.name()))
          .toList();

  /** Keys that the cluster can have, too, for groups that do not have them. */
  private static final List<ScalarKey> OF_CLUSTER =
      SCALARS.stream().filter(key -> key.name().equals("timezone")).toList();

  private final Formats formats;
  private final Problems problems;
  private final Optional<Section> images;
  private final Set<String> mastersNames;
  private final Profile profile;
  private final ClusterWide ofCluster;

  /**
   * @param images those declared, if that part can be read
   * @param mastersNames the names and the address that the master goes by
   * @param profile of the cluster
   * @param root the whole descriptor, which can have settings for all groups
   */
  GroupReader(
      Formats formats,
      Problems problems,
      Optional<Section> images,
      Set<String> mastersNames,
      Profile profile,
      Section root) {
    this.formats = formats;
    this.problems = problems;
    this.images = images;
    this.mastersNames = mastersNames;
    this.profile = profile;
    this.ofCluster =
        new ClusterWide(
            scalars(root, OF_CLUSTER),
            AccountsReader.users(root, problems),
            AccountsReader.userGroups(root, problems));
  }

  /**
   * What a group says itself, nothing inherited.
   *
   * @param scalars keys with a single value that is valid, as the descriptor writes it
   */
  record Own(
      Text name,
      List<String> parents,
      Optional<Text> image,
      boolean isImageUnclear,
      Map<String, Placed<Object>> scalars,
      Hardware hardware,
      List<String> kernelArgs,
      Map<String, Placed<Mount>> mounts,
      List<String> authorizedKeys,
      Map<String, Object> resources,
      Map<String, Placed<String>> state,
      Map<String, Placed<Secret>> secrets,
      Map<String, Links.Own> links,
      Map<String, Placed<User>> users,
      Map<String, Placed<UserGroup>> userGroups) {}

  Groups read(Section groups) {
    Set<String> declared = new LinkedHashSet<>();
    groups.keys().forEach(key -> declared.add(key.value()));
    Map<String, Own> own = new LinkedHashMap<>();
    for (Text name : groups.keys()) {
      formats.label(name, "the group");
      profile
          .reservedGroup(name.value())
          .ifPresent(
              why ->
                  problems.add(
                      Problem.error(
                          name.at(),
                          "the group %s has a name that %s".formatted(name.quoted(), why),
                          "give it another name, or remove profile: " + profile.keyword())));
      groups.section(name.value()).ifPresent(s -> own.put(name.value(), own(name, s, declared)));
    }
    return new Groups(own, lineages(own, groups), declared, profile, ofCluster, problems);
  }

  private Own own(Text name, Section section, Set<String> declared) {
    section
        .text("remoteLogin")
        .filter(text -> text.value().equals(RemoteLogin.RSH.keyword()))
        .ifPresent(
            text ->
                problems.add(
                    section.isTrue("insecure")
                        ? Problem.warning(text.at(), RSH, "write ssh unless the network is closed")
                        : Problem.error(
                            text.at(),
                            RSH,
                            "write ssh. If the network is closed, write insecure: true beside"
                                + " it")));
    List<String> parents = parents(section, declared);
    Optional<Text> image = image(section);
    return new Own(
        name,
        parents,
        image,
        // What it was meant to have cannot be known, and a mistake there was told already.
        section.has("image") && image.isEmpty()
            || section.has("extends") && parents.size() != section.textOrTexts("extends").size()
            || section.has("extends") && parents.isEmpty(),
        scalars(section),
        section.section("hardware").map(this::hardware).orElse(Hardware.UNKNOWN),
        kernelArgs(section),
        mounts(section),
        publicKeys(section, "authorizedKeys", problems),
        Resources.of(section, problems),
        KeepingReader.state(section, problems),
        KeepingReader.secrets(section, problems),
        Links.read(section, formats, problems),
        AccountsReader.users(section, problems),
        AccountsReader.userGroups(section, problems));
  }

  /** Reads all keys with a single value. The schema reports values that are not valid. */
  private Map<String, Placed<Object>> scalars(Section section) {
    Map<String, Placed<Object>> scalars = scalars(section, SCALARS);
    if (section.text("interface").flatMap(formats::interfaceName).isEmpty()) {
      scalars.remove("interface");
    }
    warnOfSharedLog(scalars);
    return scalars;
  }

  private static Map<String, Placed<Object>> scalars(Section section, List<ScalarKey> keys) {
    Map<String, Placed<Object>> scalars = new LinkedHashMap<>();
    for (ScalarKey key : keys) {
      section
          .scalar(key.name())
          .filter(scalar -> key.accepts(scalar.value()))
          .ifPresent(scalar -> scalars.put(key.name(), scalar));
    }
    return scalars;
  }

  private void warnOfSharedLog(Map<String, Placed<Object>> scalars) {
    Optional.ofNullable(scalars.get("log"))
        .filter(l -> l.value().equals(CentralLog.SHARED.keyword()))
        .ifPresent(
            l ->
                problems.add(
                    Problem.warning(
                        l.at(),
                        "with log: shared, all nodes write into the same files over NFS."
                            + " Lines of one node can overwrite lines of another node, and"
                            + " root of each node is root there",
                        "write log: syslog, with which the master writes one file for each node")));
  }

  private Hardware hardware(Section section) {
    return new Hardware(
        section.positive("cpus"), section.textOrNumber("memory").flatMap(formats::mebibytes));
  }

  private List<String> parents(Section section, Set<String> declared) {
    List<String> parents = new ArrayList<>();
    for (Text parent : section.textOrTexts("extends")) {
      if (declared.contains(parent.value())) {
        parents.add(parent.value());
      } else {
        problems.add(unknown("group", parent, declared));
      }
    }
    return parents;
  }

  private Optional<Text> image(Section section) {
    Optional<Text> image = section.text("image");
    if (image.isPresent() && images.isPresent() && !images.get().has(image.get().value())) {
      List<String> names = images.get().keys().stream().map(Text::value).toList();
      problems.add(unknown("image", image.get(), names));
    }
    return image;
  }

  /**
   * @param kind "group" or "image"
   */
  static Problem unknown(String kind, Text name, Collection<String> declared) {
    String remedy;
    if (declared.isEmpty()) {
      remedy = "add it under \"%ss\"".formatted(kind);
    } else {
      remedy =
          Nearest.to(name.value(), declared)
              .map(near -> "write " + Text.quote(near))
              .orElseGet(
                  () ->
                      "add it under \"%ss\", or write one of %s"
                          .formatted(
                              kind,
                              String.join(
                                  ", ", declared.stream().limit(12).map(Text::bare).toList())));
    }
    return Problem.error(name.at(), "%s %s does not exist".formatted(kind, name.quoted()), remedy);
  }

  /** The word that stands there; a wrong one is as none, because the schema has told of it. */
  static <E extends Keyword> Optional<E> keyword(Section section, String key, E[] values) {
    return section
        .text(key)
        .flatMap(
            text ->
                Arrays.stream(values).filter(v -> v.keyword().equals(text.value())).findFirst());
  }

  private List<String> kernelArgs(Section section) {
    List<String> args = new ArrayList<>();
    for (Text arg : section.texts("kernelArgs")) {
      if (arg.value().isBlank()) {
        problems.add(Problem.error(arg.at(), "a kernel argument is empty", "remove it"));
      } else if (arg.value().chars().anyMatch(c -> c != ' ' && isSpace(c))) {
        problems.add(
            Problem.error(
                arg.at(),
                "the kernel argument %s contains white space other than a space"
                    .formatted(arg.quoted()),
                "write each argument as an item of its own"));
      } else {
        KernelArgument.faultOf(arg.value())
            .ifPresent(
                fault ->
                    problems.add(
                        Problem.error(
                            arg.at(),
                            "the kernel argument %s %s".formatted(arg.quoted(), fault.problem()),
                            fault.remedy())));
      }
      GeneratedArguments.remedyFor(arg.value())
          .ifPresent(
              remedy ->
                  problems.error(
                      arg.at(),
                      "the kernel argument %s would replace a value that diskless sets"
                          .formatted(arg.quoted()),
                      "remove it; " + remedy));
      args.add(arg.value());
    }
    return args;
  }

  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
  }

  /** Returns the lines of a list of public keys; reports lines that are not valid. */
  static List<String> publicKeys(Section section, String listKey, Problems problems) {
    List<String> keys = new ArrayList<>();
    for (Text key : section.texts(listKey)) {
      String line = key.value().strip();
      if (line.contains("PRIVATE KEY")) {
        problems.add(
            Problem.error(
                key.at(),
                "this is a private key, which every bundle would contain",
                "write the public key, which is the line of a file such as id_ed25519.pub."
                    + " Create a new pair if the private key was shared"));
      } else if (line.chars().anyMatch(Character::isISOControl)) {
        problems.add(
            Problem.error(
                key.at(),
                key.quoted() + " is more than one line",
                "write each key as an item of its own"));
      } else if (!PUBLIC_KEY.matcher(line).matches()) {
        problems.add(
            Problem.error(
                key.at(),
                key.quoted() + " is not a valid public key",
                "write the line of a file such as id_ed25519.pub"));
      }
      keys.add(line);
    }
    return keys;
  }

  private Map<String, Placed<Mount>> mounts(Section section) {
    Map<String, Placed<Mount>> mounts = new LinkedHashMap<>();
    for (Section each : section.sections("mounts")) {
      Optional<Text> path = each.text("path");
      Optional<String> checkedPath = path.flatMap(this::mountPath);
      Optional<Text> from = each.text("from");
      Optional<String> checkedFrom = from.flatMap(this::from);
      Access access = keyword(each, "access", Access.values()).orElse(Access.READ_ONLY);
      List<String> options = options(each);
      Squash squash = squash(each, path);
      if (checkedPath.isEmpty() || from.isPresent() && checkedFrom.isEmpty()) {
        continue;
      }
      Mount mount = new Mount(checkedPath.get(), checkedFrom, access, options, squash);
      Location at = path.get().at();
      warnOf(mount, at, each);
      Placed<Mount> first = mounts.putIfAbsent(mount.path(), new Placed<>(mount, at));
      if (first != null) {
        problems.add(
            Problem.error(
                at,
                "the mount %s is listed twice, first at %s"
                    .formatted(path.get().quoted(), first.at()),
                "keep one of them"));
      }
    }
    return mounts;
  }

  private Squash squash(Section mount, Optional<Text> path) {
    Squash squash = keyword(mount, "squash", Squash.values()).orElse(Squash.ROOT);
    if (mount.has("squash") && mount.has("from")) {
      problems.add(
          Problem.error(
              mount.get("squash").orElseThrow().location(),
              "squash has no effect beside \"from\", because that server has its own exports",
              "remove it, and set it in the exports of that server"));
    } else if (squash == Squash.NONE) {
      problems.add(
          Problem.warning(
              mount.text("squash").orElseThrow().at(),
              "root of each node is root in %s of the master, and can put programs there that run"
                      .formatted(path.map(Text::quoted).orElse("this directory"))
                  + " as root",
              "remove squash: none, unless you trust the nodes like the master"));
    }
    return squash;
  }

  private void warnOf(Mount mount, Location at, Section section) {
    if (mount.hidesPrograms()) {
      problems.add(
          Problem.warning(
              at,
              "the mount \"%s\" hides the programs and libraries of the node"
                  .formatted(mount.path()),
              "keep them in the image, or mount another folder such as /opt"));
    }
    if (mount.access() == Access.READ_WRITE) {
      section.texts("options").stream()
          .filter(o -> o.value().equals("soft") || o.value().equals("softerr"))
          .forEach(
              o ->
                  problems.add(
                      Problem.warning(
                          o.at(),
                          ("%s loses written data when the server is slow, so that hard is"
                                  + " used instead")
                              .formatted(o.value()),
                          "remove it, or write access: ro")));
    }
  }

  private Optional<String> mountPath(Text text) {
    String path = text.value();
    if (path.equals("/")) {
      return fault(
          text,
          "the mount \"/\" would replace the root itself",
          "remove it, because the key \"root\" determines what is mounted there");
    }
    Optional<String> wrong = faultOfPath(path);
    if (wrong.isPresent()) {
      return fault(
          text,
          "the mount %s %s".formatted(text.quoted(), wrong.get()),
          "write an absolute path without a slash at its end, such as /home");
    }
    String top = path.indexOf('/', 1) < 0 ? path : path.substring(0, path.indexOf('/', 1));
    if (KERNEL_DIRECTORIES.contains(top)) {
      return fault(
          text,
          "the mount %s is in %s, which is private to each node".formatted(text.quoted(), top),
          "write another path");
    }
    if (path.equals("/etc")) {
      return fault(
          text,
          "the mount \"/etc\" would hide the configuration of each node",
          "write a folder below it, or put files for all nodes under files/all/etc");
    }
    return Optional.of(path);
  }

  /** What is wrong with an absolute path, if anything is. */
  static Optional<String> faultOfPath(String path) {
    if (!path.startsWith("/")) {
      return Optional.of("is not absolute");
    }
    if (path.endsWith("/") && path.length() > 1) {
      return Optional.of("has a slash at its end");
    }
    if (path.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("contains a control character");
    }
    for (String name : path.substring(1).split("/", -1)) {
      if (name.equals("..") || name.equals(".")) {
        return Optional.of("has \"%s\" in it".formatted(name));
      }
      if (name.isEmpty() && path.length() > 1) {
        return Optional.of("has two slashes in a row");
      }
    }
    return Optional.empty();
  }

  private Optional<String> from(Text text) {
    Matcher matcher = FROM.matcher(text.value());
    String example = "write server:/path, such as storage:/export/scratch";
    if (!matcher.matches()) {
      return fault(text, "%s has no server".formatted(text.quoted()), example);
    }
    String server = matcher.group(1);
    boolean isAddress = server.matches("[0-9.]+");
    if (server.startsWith("[")) {
      if (formats.ipv6(new Text(server, text.at()), "the file server").isEmpty()) {
        return Optional.empty();
      }
    } else if (isAddress) {
      if (formats.ipv4(new Text(server, text.at()), "the file server").isEmpty()) {
        return Optional.empty();
      }
    } else if (!HostNames.isDomain(server)) {
      return fault(
          text,
          "%s is not a valid host name of a file server".formatted(Text.quote(server)),
          example);
    }
    Optional<String> wrong = faultOfPath(matcher.group(2));
    if (wrong.isPresent()) {
      return fault(
          text,
          "the path %s of the file server %s".formatted(Text.quote(matcher.group(2)), wrong.get()),
          example);
    }
    if (mastersNames.contains(server)) {
      problems.add(
          Problem.warning(
              text.at(),
              "%s is the master, which exports only mounts without \"from\""
                  .formatted(Text.quote(server)),
              "remove \"from\" to mount the master's directory of the same path, or export"
                  + " this directory by hand"));
    }
    return Optional.of(text.value());
  }

  private List<String> options(Section mount) {
    List<String> options = new ArrayList<>();
    for (Text option : mount.texts("options")) {
      if (option.value().equals("ro") || option.value().equals("rw")) {
        problems.add(
            Problem.error(
                option.at(),
                "the option %s belongs to the key \"access\"".formatted(option.quoted()),
                "write access: " + option.value()));
      } else if (option.value().isEmpty()
          || option.value().chars().anyMatch(c -> c == ',' || isSpace(c))) {
        problems.add(
            Problem.error(
                option.at(),
                "%s is not a valid option of nfs(5)".formatted(option.quoted()),
                "write each option as an item of its own"));
      } else {
        MountOption.faultOf(option.value())
            .or(() -> contrary(option, options))
            .ifPresent(
                fault -> problems.add(Problem.error(option.at(), fault.what(), fault.remedy())));
      }
      options.add(option.value());
    }
    return options;
  }

  private static Optional<MountOption.Fault> contrary(Text option, List<String> before) {
    return MountOption.contraryOf(option.value(), before)
        .map(
            other ->
                new MountOption.Fault(
                    "the options %s and %s contradict each other".formatted(other, option.value()),
                    "keep one of them"));
  }

  private <T> Optional<T> fault(Text text, String message, String remedy) {
    problems.add(Problem.error(text.at(), message, remedy));
    return Optional.empty();
  }

  /** The groups that each one is made of, the farthest first, itself last. */
  private Map<String, List<String>> lineages(Map<String, Own> own, Section groups) {
    Map<String, List<String>> lineages = new LinkedHashMap<>();
    Set<String> inCycles = new HashSet<>();
    for (String name : own.keySet()) {
      lineage(name, own, groups, lineages, new LinkedHashSet<>(), inCycles);
    }
    return lineages;
  }

  private List<String> lineage(
      String name,
      Map<String, Own> own,
      Section groups,
      Map<String, List<String>> done,
      LinkedHashSet<String> path,
      Set<String> inCycles) {
    List<String> known = done.get(name);
    if (known != null) {
      return known;
    }
    if (!path.add(name)) {
      tellCycle(name, path, groups, inCycles);
      return List.of();
    }
    LinkedHashSet<String> lineage = new LinkedHashSet<>();
    Own group = own.get(name);
    if (group != null) {
      for (String parent : group.parents()) {
        lineage.addAll(lineage(parent, own, groups, done, path, inCycles));
      }
    }
    path.remove(name);
    lineage.remove(name);
    lineage.add(name);
    done.put(name, List.copyOf(lineage));
    return done.get(name);
  }

  private void tellCycle(
      String name, LinkedHashSet<String> path, Section groups, Set<String> inCycles) {
    List<String> cycle = new ArrayList<>(path);
    cycle = cycle.subList(cycle.indexOf(name), cycle.size());
    if (inCycles.addAll(cycle)) {
      // The first of the circle in the descriptor, whichever way it was found.
      String round = Text.bare(String.join(" -> ", cycle) + " -> " + name);
      Location at =
          groups
              .section(name)
              .flatMap(s -> s.get("extends"))
              .map(Yaml::location)
              .orElse(groups.location());
      problems.add(
          Problem.error(
              at,
              cycle.size() == 1
                  ? "the group %s extends itself".formatted(Text.quote(name))
                  : "groups extend each other in a circle, " + round,
              "remove one \"extends\""));
    }
  }
}
