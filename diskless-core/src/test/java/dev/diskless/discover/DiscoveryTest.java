package dev.diskless.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.bundle.BundleJson;
import dev.diskless.descriptor.DescriptorReader;
import dev.diskless.master.InstalledCluster;
import dev.diskless.master.MasterHost;
import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.RequiresProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DiscoveryTest {

  private static final String HEAD =
      """
      # The cluster of the cellar.
      cluster: cellar
      master: { name: master, address: 10.1.0.1, interface: eth0 }
      networks:
        - subnet: 10.1.0.0/24
          gateway: 10.1.0.14
          pool: 10.1.0.16-10.1.0.250
      images: { tiny: { directory: image } }
      groups:
        compute: { image: tiny, interface: eth0 }
      """;

  private static final String NODES =
      """
      nodes:   # by place
        - { name: node001, mac: "52:54:00:00:00:01", address: 10.1.0.11, group: compute } # at the door
        # The others are counted.
        - name: "node[003-004]"
          mac: "52:54:00:00:00:03+"
          address: 10.1.0.12+
          group: compute   # the last word

      # What comes after.
      resources: { rack: R1 }
      """;

  private static final String LEASES =
      """
      lease 10.1.0.200 {
        starts 1 2026/11/23 15:35:55;
        ends 1 2026/11/23 17:15:55;
        cltt 1 2026/11/23 15:40:00;
        binding state active;
        hardware ethernet 00:22:72:00:09:0a;
        set vendor-class-identifier = "PXEClient:Arch:00007:UNDI:003016";
      }
      lease 10.1.0.201 {
        starts 1 2026/11/23 15:36:55;
        ends 1 2026/11/23 17:15:55;
        hardware ethernet 52:54:00:00:00:04;
      }
      lease 10.1.0.15 {
        starts epoch 1795448160; # Mon Nov 23 15:36:00 2026
        ends never;
        hardware ethernet 52:54:00:00:09:0B;
      }
      lease 10.1.0.202 {
        starts 1 2026/11/23 15:36:55;
        binding state abandoned;
      }
      """;

  @TempDir Path folder;
  private Path root;
  private Path descriptor;

  @BeforeEach
  void writeLeases() throws IOException {
    root = folder.resolve("root");
    descriptor = folder.resolve("cluster.yaml");
    write(root.resolve("var/lib/dhcp/dhcpd.leases"), LEASES);
  }

  @Test
  void machinesAreToldWithAllThatIsKnownOfThem() throws IOException {
    Files.writeString(descriptor, HEAD + NODES);
    write(
        root.resolve("usr/share/ieee-data/oui.csv"),
        "Registry,Assignment,Organization Name,Organization Address\n"
            + "MA-L,002272,\"Micro-Fuel, Corp.\",Ferndale\n");

    assertThat(Discovery.of(request(false)).lines())
        .containsExactly(
            "MAC                VENDOR             ARCHITECTURE  FIRST SEEN            LAST SEEN                ADDRESS",
            "00:22:72:00:09:0a  Micro-Fuel, Corp.  x64 UEFI      2026-11-23T15:35:55Z  2026-11-23T15:40:00Z  10.1.0.200",
            "52:54:00:00:09:0b  (local)            -             2026-11-23T15:36:00Z  2026-11-23T15:36:00Z   10.1.0.15",
            "",
            "2 machines that cellar does not know, and 1 that it knows",
            "for " + descriptor + ":",
            // Not .14, the router, nor .15, which a machine has, nor the pool: the lowest again.
            "  - { name: \"node002\", mac: \"00:22:72:00:09:0a\", address: 10.1.0.251, group: compute }",
            "  - { name: \"node005\", mac: \"52:54:00:00:09:0b\", address: 10.1.0.252, group: compute }");
    assertThat(descriptor).hasContent(HEAD + NODES);
  }

  @Test
  void programsReadJson() throws IOException {
    Files.writeString(descriptor, HEAD + NODES);

    JsonNode json = new JsonMapper().readTree(Discovery.of(request(false)).json());

    assertThat(json.path("cluster").asString()).isEqualTo("cellar");
    assertThat(json.path("known").asInt()).isEqualTo(1);
    assertThat(json.path("sources").get(0).asString()).isEqualTo("/var/lib/dhcp/dhcpd.leases");
    JsonNode machine = json.path("machines").get(0);
    assertThat(machine.path("architecture").asInt()).isEqualTo(7);
    assertThat(machine.path("node").path("name").asString()).isEqualTo("node002");
    assertThat(machine.has("vendor")).isFalse();
  }

  @Test
  void withoutAListOneLineSaysWhichPackageHasIt() throws IOException {
    Files.writeString(descriptor, HEAD + NODES);

    assertThat(Discovery.of(request(false)).lines())
        .filteredOn(l -> l.contains("ieee-data"))
        .hasSize(1);
  }

  @Test
  void theDescriptorGetsLinesAndKeepsAllOthers() throws IOException {
    Files.writeString(descriptor, HEAD + NODES);
    Files.setPosixFilePermissions(descriptor, PosixFilePermissions.fromString("rw-rw-r--"));

    Discovery.of(request(true));

    String last = "    group: compute   # the last word\n";
    assertThat(descriptor)
        .hasContent(
            (HEAD + NODES)
                .replace(
                    last,
                    last
                        + "  - { name: \"node002\", mac: \"00:22:72:00:09:0a\", address: 10.1.0.251, group: compute }\n"
                        + "  - { name: \"node005\", mac: \"52:54:00:00:09:0b\", address: 10.1.0.252, group: compute }\n"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(descriptor)))
        .isEqualTo("rw-rw-r--");
    assertThat(cluster().nodes())
        .extracting(Node::name)
        .containsExactly("node001", "node003", "node004", "node002", "node005");
    // They are known now: nothing is appended twice.
    String once = Files.readString(descriptor);
    Discovery.of(request(true));
    assertThat(descriptor).hasContent(once);
    assertThat(names(folder)).containsExactly("cluster.yaml", "root");
  }

  /** Any machine can send a request; only machines that the administrator names become nodes. */
  @Test
  void onlyChosenMachinesBecomeNodes() throws IOException {
    Files.writeString(descriptor, HEAD + NODES);
    DiscoverRequest all = request(true);

    List<String> lines =
        Discovery.of(
                new DiscoverRequest(
                    all.root(),
                    all.journal(),
                    all.zone(),
                    all.name(),
                    all.group(),
                    all.cluster(),
                    all.files(),
                    true,
                    Optional.of(Set.of("52:54:00:00:09:0b"))))
            .lines();

    assertThat(lines)
        .contains("00:22:72:00:09:0a was not added: its address is not in -Ddiskless.mac=");
    assertThat(cluster().nodes())
        .extracting(Node::name)
        .containsExactly("node001", "node003", "node004", "node002");
    assertThat(Files.readString(descriptor))
        .contains("52:54:00:00:09:0b")
        .doesNotContain("00:22:72");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n"})
  void lineEndsAndAMissingLastOneAreKept(String end) throws IOException {
    String text =
        (HEAD
                + "nodes:\n- { name: a, mac: \"52:54:00:00:00:04\", address: 10.1.0.11, group: compute }")
            .replace("\n", end);
    Files.writeString(descriptor, text);

    Discovery.of(request(true));

    assertThat(Files.readString(descriptor))
        .isEqualTo(
            text
                + end
                + "- { name: \"node001\", mac: \"00:22:72:00:09:0a\", address: 10.1.0.12, group: compute }"
                + end
                + "- { name: \"node002\", mac: \"52:54:00:00:09:0b\", address: 10.1.0.13, group: compute }"
                + end);
  }

  @Test
  void aDescriptorWithoutNodesGetsTheList() throws IOException {
    Files.writeString(descriptor, HEAD + "# The end.\n");

    Discovery.of(request(true));

    assertThat(Files.readString(descriptor))
        .startsWith(HEAD + "nodes:\n  - { name: \"node001\"")
        .endsWith("# The end.\n");
    assertThat(cluster().nodes()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nodes: []\n",
        "nodes: [ { name: a, mac: \"52:54:00:00:00:04\", address: 10.1.0.11, group: compute } ]\n"
      })
  void aListOfAnotherFormIsRefusedAndLeftAsItIs(String nodes) throws IOException {
    Files.writeString(descriptor, HEAD + nodes);

    assertThatThrownBy(() -> Discovery.of(request(true)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("nothing is appended")
        .hasMessageContaining("cluster.yaml");
    assertThat(Files.readString(descriptor)).isEqualTo(HEAD + nodes);
    assertThat(names(folder)).containsExactly("cluster.yaml", "root");
  }

  @Test
  void aLinkIsRefused() throws IOException {
    Path real = Files.writeString(folder.resolve("real.yaml"), HEAD + NODES);
    Files.createSymbolicLink(descriptor, real);

    assertThatThrownBy(() -> Discovery.of(request(true))).hasMessageContaining("symbolic link");
    assertThat(Files.readString(real)).isEqualTo(HEAD + NODES);
  }

  @Test
  void theInventoryGetsLinesInTheOrderOfItsColumns() throws IOException {
    Files.writeString(descriptor, HEAD + NODES + "inventory: nodes.csv\n");
    String csv =
        "# by hand\nmac,name,place,group,address\n\n52:54:00:00:00:05,node002,\"3, left\",compute,10.1.0.3\n# end";
    Path inventory = Files.writeString(folder.resolve("nodes.csv"), csv);

    assertThat(Discovery.of(request(true)).lines())
        .endsWith(
            "appended to " + inventory,
            "00:22:72:00:09:0a,node005,,compute,10.1.0.251",
            "52:54:00:00:09:0b,node006,,compute,10.1.0.252");

    assertThat(Files.readString(inventory))
        .isEqualTo(
            csv
                + "\n00:22:72:00:09:0a,node005,,compute,10.1.0.251\n"
                + "52:54:00:00:09:0b,node006,,compute,10.1.0.252\n");
    assertThat(Files.readString(descriptor)).isEqualTo(HEAD + NODES + "inventory: nodes.csv\n");
    assertThat(cluster().nodes()).hasSize(6);
  }

  @Test
  void whatCannotBecomeANodeIsTold() throws IOException {
    Files.writeString(descriptor, HEAD + NODES);
    DiscoverRequest request =
        new DiscoverRequest(
            root,
            Optional.empty(),
            ZoneId.of("UTC"),
            "storage",
            Optional.of("compute"),
            cluster(),
            files(),
            false,
            Optional.empty());

    assertThat(Discovery.of(request).lines())
        .contains("52:54:00:00:09:0b was not added: no name of storage is free");
  }

  @Test
  void groupsAndNamesThatCannotBeAreRefused() throws IOException {
    Files.writeString(descriptor, HEAD + NODES);
    assertThatThrownBy(
            () ->
                new Naming(
                    cluster(),
                    List.of(),
                    "node[1-]",
                    Optional.of("gpu"),
                    java.util.Set.of(),
                    Optional.empty()))
        .hasMessageContaining("has no group gpu")
        .hasMessageContaining("one of compute");
    for (String pattern : List.of("Node[1-]", "node[1]", "node[9-1]", "a b", "node[1-][1-]", "")) {
      assertThatThrownBy(() -> NamePattern.parse(pattern)).isInstanceOf(ProblemException.class);
    }
    assertThat(NamePattern.parse("r1-[08-10]n").next(java.util.Set.of("r1-08n", "r1-09n")))
        .contains("r1-10n");
    assertThat(NamePattern.parse("r[8-9]").next(java.util.Set.of("r8", "r9"))).isEmpty();
  }

  @Test
  void nothingIsAppendedWithoutADescriptor() throws IOException {
    Files.writeString(descriptor, HEAD + NODES);
    DiscoverRequest request =
        new DiscoverRequest(
            root,
            Optional.empty(),
            ZoneId.of("UTC"),
            "node[001-]",
            Optional.empty(),
            cluster(),
            Optional.empty(),
            true,
            Optional.empty());

    assertThatThrownBy(() -> Discovery.of(request))
        .hasMessageContaining("this directory has no descriptor");
  }

  @Test
  void aReleaseTellsWhatADescriptorTells() throws IOException {
    Files.writeString(descriptor, HEAD + NODES);
    MasterHost host = new MasterHost(folder, MasterHost.DIRECTORY, cluster().name());
    Path meta = Files.createDirectories(host.release("1.0").resolve("META-INF/diskless"));
    Files.writeString(meta.resolve("cluster.json"), BundleJson.cluster(cluster()));

    assertThat(InstalledCluster.of(host, "1.0").cluster()).isEqualTo(cluster());
    Files.writeString(meta.resolve("cluster.json"), "{");
    assertThatThrownBy(() -> InstalledCluster.of(host, "1.0"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("cluster.json: the file is damaged");
  }

  @Test
  void rotatedLogsAndKeasFurtherFilesAreReadToo() throws IOException {
    Files.writeString(descriptor, HEAD + NODES);
    write(
        root.resolve("var/log/syslog.1"),
        "2026-11-22T10:00:00+00:00 m dhcpd[1]: DHCPDISCOVER from 52:54:00:00:0a:01 via eth0\n");
    write(
        root.resolve("var/lib/kea/kea-leases4.csv.2"),
        "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n"
            + "10.1.0.210,52:54:00:00:0a:02,,6000,1795454182,1,0,0,a \"quoted,0,\n"
            + "10.1.0.211,,,6000,1795454182,1,0,0,,1,\n");

    assertThat(Discovery.of(request(false)).lines())
        .anyMatch(l -> l.startsWith("52:54:00:00:0a:01") && l.contains("2026-11-22T10:00:00Z"))
        .anyMatch(l -> l.startsWith("52:54:00:00:0a:02") && l.contains("2026-11-23T15:36:22Z"));
  }

  @RequiresProgram("sh")
  @Test
  void watchingTellsEachNewMachineOnce() throws Exception {
    Files.writeString(descriptor, HEAD + NODES);
    Path log = root.resolve("var/log/syslog");
    write(log, "");
    Path journal = folder.resolve("journalctl");
    Files.writeString(
        journal,
        """
        #!/bin/sh
        case " $* " in *" -f "*) ;; *) exit 1 ;; esac
        echo '{"__REALTIME_TIMESTAMP":"1795448180943000","SYSLOG_IDENTIFIER":"dhcpd","MESSAGE":"DHCPDISCOVER from 52:54:00:00:0a:03 via eth0"}'
        exec sleep 60
        """);
    Files.setPosixFilePermissions(journal, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> said = Collections.synchronizedList(new ArrayList<>());
    DiscoverRequest request =
        new DiscoverRequest(
            root,
            Optional.of(journal.toString()),
            ZoneId.of("UTC"),
            "node[001-]",
            Optional.empty(),
            cluster(),
            files(),
            true,
            Optional.empty());

    CompletableFuture<Discovery> watch =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Watch.run(request, Optional.of(Duration.ofSeconds(6)), said::add);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    while (said.stream().noneMatch(l -> l.startsWith("watching "))) {
      assertThat(watch).isNotCompletedExceptionally();
      Thread.sleep(20);
    }
    String line = "m dhcpd[1]: DHCPDISCOVER from 52:54:00:00:0a:04 via eth0\n";
    Files.writeString(
        log,
        "2026-11-23T16:00:00+00:00 " + line + "2026-11-23T16:00:01+00:00 " + line,
        java.nio.file.StandardOpenOption.APPEND);
    Discovery all = watch.get(60, TimeUnit.SECONDS);

    for (String mac : List.of("00:22:72:00:09:0a", "52:54:00:00:0a:03", "52:54:00:00:0a:04")) {
      assertThat(said).filteredOn(l -> l.startsWith(mac)).as(said.toString()).hasSize(1);
    }
    assertThat(all.newcomers()).hasSize(4);
    assertThat(cluster().nodes()).hasSize(7);
    assertThat(cluster().nodes().stream().map(Node::name).distinct()).hasSize(7);
  }

  private DiscoverRequest request(boolean append) throws IOException {
    return new DiscoverRequest(
        root,
        Optional.empty(),
        ZoneId.of("UTC"),
        "node[001-]",
        Optional.empty(),
        cluster(),
        files(),
        append,
        Optional.empty());
  }

  private Optional<DescriptorFiles> files() throws IOException {
    return Optional.of(
        new DescriptorFiles(
            descriptor,
            DescriptorReader.read(descriptor, folder, "1.0", n -> Optional.empty())
                .inputs()
                .stream()
                .skip(1)
                .findFirst(),
            (file, candidate) ->
                DescriptorReader.read(
                        descriptor,
                        folder,
                        "1.0",
                        n -> Optional.empty(),
                        p -> p.equals(file) ? candidate : p)
                    .cluster()));
  }

  private Cluster cluster() throws IOException {
    return DescriptorReader.read(descriptor, folder, "1.0", n -> Optional.empty()).cluster();
  }

  private static List<String> names(Path folder) throws IOException {
    try (var children = Files.list(folder)) {
      return children.map(c -> c.getFileName().toString()).sorted().toList();
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
