package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.diskless.model.Owner;
import dev.diskless.model.PermissionRule;
import dev.diskless.problem.Location;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermissionsReaderTest {

  @TempDir Path dir;

  private List<PermissionRule> read(String yaml) throws IOException {
    Path file = dir.resolve("permissions.yaml");
    Files.writeString(file, yaml);
    return PermissionsReader.read(file, dir);
  }

  @Test
  void rulesAreReadInOrder() throws IOException {
    assertThat(
            read(
                """
                # secrets
                - { path: "/etc/ssh/*_key", mode: "0600", owner: 0, group: 0 }
                - { path: /usr/bin/sudo, mode: "4755" }
                - path: /srv/**
                  owner: www-data
                  group: "1000"
                - { path: "/${x}", owner: root }
                """))
        .containsExactly(
            rule("/etc/ssh/*_key", OptionalInt.of(0600), Owner.ROOT, Owner.ROOT, 2),
            rule("/usr/bin/sudo", OptionalInt.of(04755), null, null, 3),
            rule("/srv/**", OptionalInt.empty(), new Owner.Name("www-data"), new Owner.Id(1000), 4),
            rule("/${x}", OptionalInt.empty(), Owner.ROOT, null, 7));
  }

  private static PermissionRule rule(
      String pattern, OptionalInt mode, Owner owner, Owner group, int line) {
    return new PermissionRule(
        pattern,
        mode,
        Optional.ofNullable(owner),
        Optional.ofNullable(group),
        new Location("permissions.yaml", line, 3));
  }

  @Test
  void noFileAndAnEmptyOneHaveNoRules() throws IOException {
    assertThat(PermissionsReader.read(dir.resolve("none.yaml"), dir)).isEmpty();
    assertThat(read("# nothing\n")).isEmpty();
    assertThat(read("[]\n")).isEmpty();
  }

  @Test
  void everyMistakeIsToldAtItsPlaceWithARemedy() {
    ProblemException mistakes =
        catchThrowableOfType(
            ProblemException.class,
            () ->
                read(
                    """
                    - { path: etc/x, mode: "0600" }
                    - { path: /etc/../x, mode: "0600" }
                    - { path: /etc/, mode: "0600" }
                    - { path: /a, mode: 0600 }
                    - { path: /b, mode: 600 }
                    - { path: /c, mode: 0o644 }
                    - { path: /d, mode: "0980" }
                    - { path: /e, mode: 999999 }
                    - { path: /f, mode: u+x }
                    - { path: /g, mode: [1] }
                    - { path: /h, owner: -1 }
                    - { path: /i, owner: 4294967295, group: "a b" }
                    - { path: /j }
                    - { mode: "0644", ower: root }
                    - hello
                    - { path: 5, owner: true, mode: }
                    """));

    assertThat(Reading.words(mistakes.problems()))
        .containsExactly(
            "permissions.yaml:1:11: the pattern \"etc/x\" is not absolute; write it from the root of the node's tree, such as \"/etc/ssh/*_key\"",
            "permissions.yaml:2:11: the pattern \"/etc/../x\" contains \".\" or \"..\"; write"
                + " it from the root of the node's tree, such as \"/etc/ssh/*_key\"",
            "permissions.yaml:3:11: the pattern \"/etc/\" has a slash at its end; write it from the root of the node's tree, such as \"/etc/ssh/*_key\"",
            "permissions.yaml:4:21: the mode 0600 is not in quotes, and YAML readers disagree"
                + " whether it is octal or decimal; write \"0600\"",
            "permissions.yaml:5:21: the mode 600 is not in quotes, and YAML readers disagree"
                + " whether it is octal or decimal; write \"0600\"",
            "permissions.yaml:6:21: the mode 0o644 is not in quotes, and YAML readers"
                + " disagree whether it is octal or decimal; write \"0644\"",
            "permissions.yaml:7:21: the mode \"0980\" is not octal; write three or four digits from 0 to 7, such as \"0644\"",
            "permissions.yaml:8:21: the mode 999999 is not in quotes, and YAML readers"
                + " disagree whether it is octal or decimal; write it in octal and in quotes,"
                + " such as \"0644\"",
            "permissions.yaml:9:21: the mode \"u+x\" is not octal; write three or four digits from 0 to 7, such as \"0644\"",
            "permissions.yaml:10:21: the mode is not a valid value; write it in quotes, such"
                + " as \"0644\"",
            "permissions.yaml:11:22: \"-1\" is not a valid user or group; write a name, or a"
                + " number from 0 to 4294967294",
            "permissions.yaml:12:22: \"4294967295\" is not a valid user or group; write a"
                + " name, or a number from 0 to 4294967294",
            "permissions.yaml:12:41: \"a b\" is not a valid user or group; write a name, or a"
                + " number from 0 to 4294967294",
            "permissions.yaml:13:3: the rule sets nothing; add one of mode, owner, group, or remove the rule",
            "permissions.yaml:14:3: [14] lacks the key \"path\"; add it, such as \"path: /etc/ssh/*_key\"",
            "permissions.yaml:14:19: [14] has no key \"ower\"; write \"owner\"",
            "permissions.yaml:15:3: [15] is text, not a block of keys; write it as lines of \"key: value\"",
            "permissions.yaml:16:11: [16].path is a number, not text; put it in quotes, \"5\"",
            "permissions.yaml:16:21: [16].owner is true or false, not a whole number or text; put it in quotes, \"true\"",
            "permissions.yaml:16:27: the mode is not a valid value; write it in quotes, such"
                + " as \"0644\"");
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/ssh/*_key, /etc/ssh/ssh_host_rsa_key, true",
    "/etc/ssh/*_key, /etc/ssh/sub/ssh_host_rsa_key, false",
    "/etc/ssh/*_key, etc/ssh/x_key, false",
    "/etc/**, /etc, true",
    "/etc/**, /etc/a/b, true",
    "/**/*.sh, /a.sh, true",
    "/**/*.sh, /a/b/c.sh, true",
    "/**/*.sh, /a/b/c.SH, false",
    "/a?c, /abc, true",
    "/a?c, /a/c, false",
    "/etc/motd, /etc/motd, true",
    "/etc/motd, /etc/motd/x, false",
    "/[ab], /a, false",
  })
  void patternsAreAntsFromTheRootOfTheTree(String pattern, String path, boolean matches) {
    PermissionRule rule =
        new PermissionRule(
            pattern,
            OptionalInt.of(0644),
            Optional.empty(),
            Optional.empty(),
            new Location("permissions.yaml", 1, 1));
    assertThat(rule.matches(path)).isEqualTo(matches);
  }
}
