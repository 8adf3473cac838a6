package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Access;
import dev.diskless.model.CentralLog;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Mount;
import dev.diskless.model.Profile;
import dev.diskless.model.RootMode;
import dev.diskless.model.Secret;
import dev.diskless.model.User;
import dev.diskless.model.UserGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupsTest {

  private static final String FAMILY =
      """
      groups:
        base:
          root: shared
          interface: ens3
          locale: de_DE.UTF-8
          kernel: "*rt*"
          kernelArgs: [quiet]
          authorizedKeys: [ssh-ed25519 AAAAbase admin]
          mounts:
            - { path: /home, access: rw }
            - { path: /opt }
          resources: { ntp: { server: a, burst: true }, tags: [x, y], zone: 1 }
        fast:
          extends: base
          kernelArgs: [mitigations=off]
          resources: { ntp: { server: b } }
        gpu:
          extends: [base, fast]
          image: debian
          root: overlay
          kernelArgs: [iommu=pt]
          authorizedKeys: [ssh-ed25519 AAAAgpu admin, ssh-ed25519 AAAAbase admin]
          mounts:
            - { path: /opt, access: rw, options: [hard] }
            - { path: /data }
          resources: { tags: [z], gpus: 4 }
        compute: { image: debian }
      nodes:
        - { name: n1, mac: "52:54:00:00:00:01", address: 192.168.45.11, group: gpu, resources: { gpus: 8, ntp: { burst: false } } }
        - { name: n2, mac: "52:54:00:00:00:02", address: 192.168.45.12, group: gpu }
      """;

  @TempDir Path dir;

  @Test
  void aGroupInheritsFromItsParentsAndTheirs() throws IOException {
    Cluster cluster = Reading.cluster(dir, SoundDescriptor.with(FAMILY));
    Group gpu = cluster.groups().get(0);

    assertThat(gpu.name()).isEqualTo("gpu");
    assertThat(gpu.lineage()).containsExactly("base", "fast", "gpu");
    assertThat(gpu.root()).isEqualTo(RootMode.OVERLAY);
    assertThat(gpu.interfaceName()).isEqualTo("ens3");
    assertThat(gpu.system().locale()).contains("de_DE.UTF-8");
    assertThat(gpu.kernel()).contains("*rt*");
    assertThat(gpu.kernelArgs()).containsExactly("quiet", "mitigations=off", "iommu=pt");
    assertThat(gpu.authorizedKeys())
        .containsExactly("ssh-ed25519 AAAAbase admin", "ssh-ed25519 AAAAgpu admin");
    assertThat(gpu.mounts())
        .containsExactly(
            new Mount("/home", Optional.empty(), Access.READ_WRITE, List.of()),
            new Mount("/opt", Optional.empty(), Access.READ_WRITE, List.of("hard")),
            new Mount("/data", Optional.empty(), Access.READ_ONLY, List.of()));
  }

  @Test
  void aGroupHasTheTimeZoneOfTheClusterUnlessItHasAnother() throws IOException {
    Cluster cluster =
        Reading.cluster(
            dir,
            SoundDescriptor.with(
                """
                timezone: Europe/Berlin
                groups:
                  compute: { image: debian }
                  utc: { image: debian, timezone: Etc/UTC }
                """));
    assertThat(cluster.groups())
        .extracting(group -> group.system().timezone().orElseThrow())
        .containsExactly("Europe/Berlin", "Etc/UTC");
  }

  @Test
  void aGroupHasTheUsersOfTheClusterAndItsOwn() throws IOException {
    Cluster cluster =
        Reading.cluster(
            dir,
            SoundDescriptor.with(
                """
                users:
                  root: { sshKeys: [ssh-ed25519 AAAAroot root] }
                  ada: { uid: 2001, password: true }
                  bob: { uid: 2002 }
                userGroups: { lab: { gid: 2000 } }
                groups:
                  compute: { image: debian }
                  login:
                    image: debian
                    users:
                      bob: { uid: 2002, shell: /bin/zsh }
                      eve: { uid: 2003, groups: [lab] }
                """));
    Group compute = cluster.groups().get(0);
    Group login = cluster.groups().get(1);
    assertThat(compute.login().users())
        .extracting(User::name)
        .containsExactly("root", "ada", "bob");
    assertThat(login.login().users())
        .extracting(user -> user.name() + " " + user.shell())
        .containsExactly("root /bin/bash", "ada /bin/bash", "bob /bin/zsh", "eve /bin/bash");
    assertThat(login.login().userGroups()).containsExactly(new UserGroup("lab", 2000));
    assertThat(login.authorizedKeys()).containsExactly("ssh-ed25519 AAAAroot root");
    assertThat(login.keeping().secrets()).containsExactly(User.PASSWORDS);
  }

  @Test
  void resourcesMergeKeyByKeyFromTheFarthestGroupToTheNode() throws IOException {
    Cluster cluster = Reading.cluster(dir, SoundDescriptor.with(FAMILY));

    Map<String, Object> ofGroup = cluster.groups().get(0).resources();
    assertThat(ofGroup)
        .isEqualTo(
            Map.of(
                "ntp",
                Map.of("server", "b", "burst", true),
                "tags",
                List.of("z"),
                "zone",
                1,
                "gpus",
                4));
    assertThat(ofGroup.keySet()).containsExactly("ntp", "tags", "zone", "gpus");
    assertThat(cluster.nodes().get(0).resources())
        .isEqualTo(
            Map.of(
                "ntp",
                Map.of("server", "b", "burst", false),
                "tags",
                List.of("z"),
                "zone",
                1,
                "gpus",
                8));
    assertThat(cluster.nodes().get(1).resources()).isEqualTo(ofGroup);
  }

  @Test
  void hardwareIsInheritedKeyByKey() throws IOException {
    List<Group> groups =
        Reading.cluster(
                dir,
                SoundDescriptor.with(
                    """
                    groups:
                      compute: { image: debian, hardware: { cpus: 16, memory: 62G }, log: none }
                      big: { extends: compute, hardware: { memory: 1T } }
                      small: { extends: compute, hardware: { memory: 512 M } }
                    """))
            .groups();
    assertThat(groups)
        .extracting(
            g -> g.hardware().cpus().orElseThrow() + ", " + g.hardware().memory().orElseThrow())
        .containsExactly("16, 63488", "16, 1048576", "16, 512");
    assertThat(groups).extracting(Group::log).containsOnly(CentralLog.NONE);
    assertThat(
            Reading.problems(
                dir,
                SoundDescriptor.with(
                    "groups: { compute: { image: debian, hardware: { cpus: 0, memory: 1.5T } } }\n")))
        .hasSize(2)
        .anySatisfy(p -> assertThat(p).contains("hardware.cpus is \"0\"; write at least 1"))
        .anySatisfy(
            p ->
                assertThat(p)
                    .contains(
                        "\"1.5T\" is not a valid amount of memory; write a number with M, G"
                            + " or T, such as 64G"));
  }

  @Test
  void aSharedLogIsWarnedOf() throws IOException {
    assertThat(
            Reading.problems(
                dir, SoundDescriptor.with("groups: { compute: { image: debian, log: shared } }\n")))
        .singleElement()
        .asString()
        .startsWith("cluster.yaml:1:42: with log: shared, all nodes write into the same files")
        .endsWith("write log: syslog, with which the master writes one file for each node");
  }

  @Test
  void aSharedLogIsNoMountAsWell() throws IOException {
    assertThat(
            Reading.problems(
                dir,
                SoundDescriptor.with(
                    "groups: { compute: { image: debian, log: shared, mounts: [{ path: /var/log }] } }\n")))
        .anySatisfy(
            p ->
                assertThat(p)
                    .contains(
                        "the group \"compute\" has log: shared, which already mounts /var/log;"
                            + " remove this mount, or log: shared"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/var", "/var/log", "/var/log/diskless-nodes"})
  void rejectsAWritableMountThatHoldsTheFilesOfTheMastersRsyslog(String path) throws IOException {
    String groups = "groups: { compute: { image: debian, mounts: [{ path: %s, access: %s }] } }\n";
    assertThat(Reading.problems(dir, SoundDescriptor.with(groups.formatted(path, "rw"))))
        .anySatisfy(
            p ->
                assertThat(p)
                    .contains(
                        "nodes can write %s, and the master's rsyslog writes as root in"
                                .formatted(path)
                            + " /var/log/diskless-nodes; remove this mount, or write access: ro"));
    assertThat(Reading.problems(dir, SoundDescriptor.with(groups.formatted(path, "ro"))))
        .noneMatch(p -> p.contains("rsyslog"));
  }

  @Test
  void slurmHasEveryGroupTakeTheKeyOfTheMaster() throws IOException {
    Cluster cluster = Reading.cluster(dir, SoundDescriptor.with("profile: slurm\n"));
    assertThat(cluster.profile()).isEqualTo(Profile.SLURM);
    assertThat(cluster.groups().get(0).keeping().secrets())
        .containsExactlyElementsOf(Profile.SLURM.secrets());
  }

  @Test
  void theGroupsOwnKeyStandsOverThatOfTheProfile() throws IOException {
    Cluster cluster =
        Reading.cluster(
            dir,
            SoundDescriptor.with(
                """
                profile: slurm
                groups:
                  compute:
                    image: debian
                    secret: [{ path: /etc/munge/munge.key, owner: munge }]
                """));
    assertThat(cluster.groups().get(0).keeping().secrets())
        .singleElement()
        .extracting(Secret::origin)
        .isEqualTo(Secret.Origin.RANDOM);
  }

  @Test
  void mosixIsWarnedOfAndSlurmIsNamed() throws IOException {
    assertThat(Reading.problems(dir, SoundDescriptor.with("profile: mosix\n")))
        .singleElement()
        .asString()
        .contains("Current kernels do not migrate processes", "write profile: slurm");
  }

  @Test
  void aGroupThatIsOnlyExtendedNeedsNoImageAndIsNoGroupOfNodes() throws IOException {
    Cluster cluster = Reading.cluster(dir, SoundDescriptor.with(FAMILY));

    assertThat(cluster.groups()).extracting(Group::name).containsExactly("gpu", "compute");
  }

  @Test
  void ofTwoParentsTheLaterWins() throws IOException {
    Cluster cluster =
        Reading.cluster(
            dir,
            SoundDescriptor.with(
                """
                groups:
                  a: { root: ram, interface: a0 }
                  b: { root: shared, image: debian }
                  compute: { extends: [a, b] }
                """));

    Group compute = cluster.groups().get(1);
    assertThat(compute.root()).isEqualTo(RootMode.SHARED);
    assertThat(compute.interfaceName()).isEqualTo("a0");
    assertThat(compute.lineage()).containsExactly("a", "b", "compute");
  }

  @Test
  void freeFormValuesKeepTheirTypesAndTheirOrder() throws IOException {
    Cluster cluster =
        Reading.cluster(
            dir,
            SoundDescriptor.with(
                """
                resources:
                  zebra: text
                  yes: yes
                  octal: 0o17
                  hex: 0xFF
                  big: 12345678901
                  huge: 123456789012345678901234567890
                  real: 1.5
                  flag: true
                  quoted: "5"
                  time: 12:30:45
                  deep: { list: [{ a: 1 }] }
                """));

    Map<String, Object> resources = cluster.resources();
    assertThat(resources.keySet())
        .containsExactly(
            "zebra", "yes", "octal", "hex", "big", "huge", "real", "flag", "quoted", "time",
            "deep");
    assertThat(resources)
        .containsEntry("yes", "yes")
        .containsEntry("octal", 15)
        .containsEntry("hex", 255)
        .containsEntry("big", 12345678901L)
        .containsEntry("huge", new java.math.BigInteger("123456789012345678901234567890"))
        .containsEntry("real", 1.5)
        .containsEntry("flag", true)
        .containsEntry("quoted", "5")
        .containsEntry("time", "12:30:45")
        .containsEntry("deep", Map.of("list", List.of(Map.of("a", 1))));
  }
}
