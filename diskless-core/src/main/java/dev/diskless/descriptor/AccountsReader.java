package dev.diskless.descriptor;

import dev.diskless.model.User;
import dev.diskless.model.UserGroup;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code users} and {@code userGroups} of the cluster or of a group. */
final class AccountsReader {

  /** Names that useradd(8) of all distributions accepts. */
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_-]{0,31}");

  /** Names of groups in images, which can also contain dots and capital letters. */
  private static final Pattern GROUP = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");

  /** Paths without characters that separate fields or lines of passwd(5). */
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._+-]+)+");

  private static final String ROOT = "root";

  /** Keys of a user that the image defines for root. */
  private static final Set<String> OF_IMAGE = Set.of("uid", "group", "groups", "shell", "home");

  private AccountsReader() {}

  /** Returns the users of a section, by name. */
  static Map<String, Placed<User>> users(Section section, Problems problems) {
    Map<String, Placed<User>> users = new LinkedHashMap<>();
    Optional<Section> all = section.section("users");
    for (Text name : all.map(Section::keys).orElse(List.of())) {
      Optional<Section> keys = all.get().section(name.value());
      if (isName(name, NAME, "user", problems) && keys.isPresent()) {
        users.put(name.value(), new Placed<>(user(name, keys.get(), problems), name.at()));
      }
    }
    return users;
  }

  private static User user(Text name, Section section, Problems problems) {
    if (name.value().equals(ROOT)) {
      section.keys().stream()
          .filter(key -> OF_IMAGE.contains(key.value()))
          .forEach(
              key ->
                  problems.error(
                      key.at(),
                      "the image defines %s of root".formatted(key.value()),
                      "remove it; root can have sshKeys and password"));
    } else if (!section.has("uid")) {
      problems.error(
          name.at(),
          "the user %s has no uid".formatted(name.quoted()),
          "add it, such as uid: 2001. File servers keep the owner of files as this number");
    }
    List<Text> groups = section.texts("groups");
    groups.forEach(group -> isName(group, GROUP, "group", problems));
    Optional<Text> group = section.text("group");
    group.ifPresent(g -> isName(g, GROUP, "group", problems));
    return new User(
        name.value(),
        section.positive("uid"),
        group.map(Text::value),
        groups.stream().map(Text::value).distinct().toList(),
        path(section, "shell", problems).orElse("/bin/bash"),
        path(section, "home", problems),
        GroupReader.publicKeys(section, "sshKeys", problems),
        section.isTrue("password"));
  }

  private static Optional<String> path(Section section, String key, Problems problems) {
    Optional<Text> path = section.text(key);
    path.filter(
            p ->
                !PATH.matcher(p.value()).matches()
                    || GroupReader.faultOfPath(p.value()).isPresent())
        .ifPresent(
            p ->
                problems.error(
                    p.at(),
                    "the %s %s is not a valid path".formatted(key, p.quoted()),
                    "write an absolute path of letters, digits and . _ + - without a slash at its"
                        + " end"));
    return path.map(Text::value);
  }

  /** Returns the groups of users of a section, by name. */
  static Map<String, Placed<UserGroup>> userGroups(Section section, Problems problems) {
    Map<String, Placed<UserGroup>> groups = new LinkedHashMap<>();
    Optional<Section> all = section.section("userGroups");
    for (Text name : all.map(Section::keys).orElse(List.of())) {
      Optional<Integer> gid = all.get().section(name.value()).flatMap(s -> s.positive("gid"));
      if (isName(name, GROUP, "group", problems) && gid.isPresent()) {
        groups.put(name.value(), new Placed<>(new UserGroup(name.value(), gid.get()), name.at()));
      }
    }
    return groups;
  }

  private static boolean isName(Text name, Pattern pattern, String kind, Problems problems) {
    boolean isValid = pattern.matcher(name.value()).matches();
    if (!isValid) {
      problems.error(
          name.at(),
          "%s is not a valid name of a %s".formatted(name.quoted(), kind),
          "begin it with a lower-case letter, and use at most 32 lower-case letters, digits,"
              + " hyphens and underscores");
    }
    return isValid;
  }

  /** Reports users or groups of one group of nodes that have the same number. */
  static void check(
      Map<String, Placed<User>> users,
      Map<String, Placed<UserGroup>> userGroups,
      Problems problems) {
    Map<Integer, Placed<String>> uids = new HashMap<>();
    Map<Integer, Placed<String>> gids = new HashMap<>();
    for (Placed<UserGroup> group : userGroups.values()) {
      claim("gid", group.value().gid(), group.value().name(), group.at(), gids, problems);
    }
    for (Placed<User> user : users.values()) {
      Optional<Integer> uid = user.value().uid();
      String name = user.value().name();
      uid.ifPresent(number -> claim("uid", number, name, user.at(), uids, problems));
      if (user.value().group().isEmpty() && !userGroups.containsKey(name)) {
        uid.ifPresent(number -> claim("gid", number, name, user.at(), gids, problems));
      }
    }
  }

  private static void claim(
      String kind,
      int number,
      String name,
      Location at,
      Map<Integer, Placed<String>> claimed,
      Problems problems) {
    Placed<String> first = claimed.putIfAbsent(number, new Placed<>(name, at));
    if (first != null) {
      problems.add(
          Problem.error(
              at,
              "the %s %d of \"%s\" is also the %s of \"%s\", at %s"
                  .formatted(kind, number, name, kind, first.value(), first.at()),
              kind.equals("uid")
                  ? "give one of them another number"
                  : "give one of them another number, or write the key group for the user"));
    }
  }
}
