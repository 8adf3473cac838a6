package dev.diskless.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.model.DhcpServer;
import dev.diskless.model.NetworkConfig;
import dev.diskless.model.NfsServer;
import dev.diskless.model.Profile;
import dev.diskless.problem.Problem;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares every rendered file with the one under {@code src/test/resources/golden}. With {@code
 * -Dgolden.update=true} it writes them instead; look at the difference before it is committed.
 */
class GoldenTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");
  private static final String VARIANTS = "variants/";

  private static final Path TEMPLATES =
      Path.of("src", "main", "resources", "dev", "diskless", "templates");

  static Stream<Arguments> clusters() {
    return Stream.of(
        Arguments.of("howto", Clusters.howto()), Arguments.of("networks", Clusters.twoNetworks()));
  }

  static Stream<Arguments> clustersAndRoots() {
    return Stream.concat(
        clusters(),
        Stream.of(
            Arguments.of("roots", Clusters.everyRoot()),
            Arguments.of("masters", Clusters.twoMasters()),
            Arguments.of("state", Clusters.keeping())));
  }

  /** The first two with each of the other DHCP servers. */
  static Stream<Arguments> otherDhcpServers() {
    return clusters()
        .map(Arguments::get)
        .flatMap(
            c ->
                Stream.of(
                    otherDhcpServer("kea", c, DhcpServer.KEA, false),
                    otherDhcpServer("dnsmasq", c, DhcpServer.DNSMASQ, false),
                    otherDhcpServer("dnsmasq-proxy", c, DhcpServer.DNSMASQ, true)));
  }

  /** What IPv6 adds or changes, with each DHCP server. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(DhcpServer.class)
  void rendersIpv6(DhcpServer dhcp) throws IOException {
    Cluster without = Clusters.withDhcp(Clusters.twoNetworks(), dhcp, false);
    Cluster with = Clusters.withIpv6(without);
    Renderer renderer = Rendered.shipped(with);
    Map<String, String> files = files(Rendered.layers(with, renderer));
    files(Rendered.layers(without, Rendered.shipped(without))).forEach(files::remove);
    compareFiles("ipv6/" + dhcp.keyword(), files, renderer);
  }

  /** Only the master's files differ, and of these only the exports are kept. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("clusters")
  void rendersEachNfsServer(String name, Cluster cluster) throws IOException {
    Cluster other = Clusters.withNfs(cluster, NfsServer.GANESHA);
    Renderer renderer = Rendered.shipped(other);
    Map<String, String> ganesha = files(Rendered.layers(other, renderer));
    Map<String, String> kernel = files(Rendered.layers(cluster, Rendered.shipped(cluster)));
    assertThat(kernel.remove("master/etc/exports.d/diskless.exports")).isNotNull();
    kernel.keySet().forEach(ganesha::remove);
    compareFiles("ganesha/" + name, ganesha, renderer);
  }

  /** What the exports and mounts say where not root alone is nobody, and with Kerberos. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(NfsServer.class)
  void rendersWhoIsNobody(NfsServer nfs) throws IOException {
    Cluster without = Clusters.withNfs(Clusters.howto(), nfs);
    Cluster with = Clusters.withSquash(without);
    Renderer renderer = Rendered.shipped(with);
    Map<String, String> files = files(Rendered.layers(with, renderer));
    files(Rendered.layers(without, Rendered.shipped(without))).forEach(files::remove);
    compareFiles("squash/" + nfs.keyword(), files, renderer);
  }

  private static Arguments otherDhcpServer(
      String name, Object[] cluster, DhcpServer dhcp, boolean proxyDhcp) {
    return Arguments.of(
        name + "/" + cluster[0], Clusters.withDhcp((Cluster) cluster[1], dhcp, proxyDhcp));
  }

  /** Only the master's files differ, so only these are kept. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("otherDhcpServers")
  void rendersEachDhcpServer(String name, Cluster cluster) throws IOException {
    Renderer renderer = Rendered.shipped(cluster);
    compare(name, Map.of("master", renderer.master()), renderer);
    Renderer isc = Rendered.shipped(Clusters.withDhcp(cluster, DhcpServer.ISC, false));
    Map<String, Layer> layers = Rendered.layers(cluster, renderer);
    Map<String, Layer> layersWithIsc = Rendered.layers(cluster, isc);
    layers.remove("master");
    layersWithIsc.remove("master");
    assertThat(files(layers)).isEqualTo(files(layersWithIsc));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("clustersAndRoots")
  void rendersWhatTheGoldenFilesSay(String name, Cluster cluster) throws IOException {
    Renderer renderer = Rendered.shipped(cluster);
    compare(name, Rendered.layers(cluster, renderer), renderer);
  }

  /** Only the files of the node and its group differ, and of these only what is added or gone. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(value = NetworkConfig.class, names = "IFUPDOWN", mode = EnumSource.Mode.EXCLUDE)
  void rendersEachNetworkConfig(NetworkConfig networkConfig) throws IOException {
    Cluster howto = Clusters.howto();
    Map<String, String> without =
        files(
            Rendered.layers(
                howto, Rendered.shipped(Clusters.withNetworkConfig(howto, NetworkConfig.NONE))));
    Cluster cluster = Clusters.withNetworkConfig(howto, networkConfig);
    Renderer renderer = Rendered.shipped(cluster);
    Map<String, String> with = files(Rendered.layers(cluster, renderer));
    assertThat(with).containsAllEntriesOf(without);
    with.keySet().removeAll(without.keySet());
    assertThat(with.keySet())
        .allSatisfy(f -> assertThat(f).matches("(groups/slaves|nodes/firstslave)/etc/.*"));
    if (networkConfig == NetworkConfig.NONE) {
      assertThat(with).isEmpty();
    } else {
      compareFiles("networkConfig/" + networkConfig.keyword(), with, renderer);
    }
  }

  /** What a profile adds or changes, and the members' lists and logs of its cluster. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(value = Profile.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void rendersEachProfile(Profile profile) throws IOException {
    Cluster cluster = Clusters.withProfile(profile);
    Renderer renderer = Rendered.shipped(cluster);
    Map<String, String> with = files(Rendered.layers(cluster, renderer));
    Cluster plain = Clusters.withProfile(Profile.NONE);
    files(Rendered.layers(plain, Rendered.shipped(plain)))
        .forEach(
            (path, text) -> {
              if (!path.matches(
                  "master/etc/(clustershell|rsyslog.d|tmpfiles.d)/.*|.*/ansible.yaml|.*/etc/diskless/.*file")) {
                with.remove(path, text);
              }
            });
    with.keySet().removeIf(path -> path.matches("nodes/node(0[2-9]|1.)/.*"));
    compareFiles(profile.keyword(), with, renderer);
  }

  /** What a name server adds or changes, beside another DHCP server and in one with it. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(value = DhcpServer.class, names = "KEA", mode = EnumSource.Mode.EXCLUDE)
  void rendersNames(DhcpServer dhcp) throws IOException {
    Cluster without = Clusters.withIpv6(Clusters.withDhcp(Clusters.twoNetworks(), dhcp, false));
    Cluster with = Clusters.withDns(without);
    Renderer renderer = Rendered.shipped(with);
    Map<String, String> files = files(Rendered.layers(with, renderer));
    files(Rendered.layers(without, Rendered.shipped(without))).forEach(files::remove);
    compareFiles("dns/" + dhcp.keyword(), files, renderer);
  }

  /** What further interfaces add or change. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(value = NetworkConfig.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void rendersFurtherInterfaces(NetworkConfig networkConfig) throws IOException {
    Cluster without = Clusters.withNetworkConfig(Clusters.howto(), networkConfig);
    Cluster with = Clusters.withLinks(without);
    Renderer renderer = Rendered.shipped(with);
    Map<String, String> files = files(Rendered.layers(with, renderer));
    files(Rendered.layers(without, Rendered.shipped(without))).forEach(files::remove);
    compareFiles("links/" + networkConfig.keyword(), files, renderer);
  }

  /** The howto's own example, with each thing that has a file of its own. */
  static Stream<Arguments> variants() {
    Cluster howto = Clusters.howto();
    return Stream.of(
        Arguments.of("rsh", Clusters.withRsh(howto)),
        Arguments.of("mosix-ifupdown", Clusters.withMosix(howto, NetworkConfig.IFUPDOWN)),
        Arguments.of("mosix-suse", Clusters.withMosix(howto, NetworkConfig.SUSE)),
        Arguments.of("mosix-redhat", Clusters.withMosix(howto, NetworkConfig.REDHAT)),
        Arguments.of("slurm", Clusters.withProfile(howto, Profile.SLURM)),
        Arguments.of("ipxe", Clusters.withBoot(howto, BootMethod.IPXE)),
        Arguments.of("locale", Clusters.withLocale(howto, "de_DE.UTF-8")),
        Arguments.of("monitoring", Clusters.withMonitoring(howto)),
        Arguments.of("users", Clusters.withUsers(howto)),
        Arguments.of("timezone", Clusters.withTimezone(howto, "Europe/Berlin")),
        Arguments.of(
            "kernel", Clusters.withGroups(howto, g -> g.toBuilder().kernel("*rt*").build())),
        Arguments.of("names", Clusters.withNameServer(howto)),
        Arguments.of("ipv6-isc", Clusters.withIpv6(howto)),
        Arguments.of(
            "ipv6-kea", Clusters.withIpv6(Clusters.withDhcp(howto, DhcpServer.KEA, false))),
        Arguments.of("two-rooms", Clusters.howtoInTwoRooms()));
  }

  /** What each of them adds or changes. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("variants")
  void rendersEachVariantOfTheHowto(String name, Cluster variant) throws IOException {
    Renderer renderer = Rendered.shipped(variant);
    Map<String, String> files = files(Rendered.layers(variant, renderer));
    Cluster howto = Clusters.howto();
    files(Rendered.layers(howto, Rendered.shipped(howto))).forEach(files::remove);
    compareFiles(VARIANTS + name, files, renderer);
  }

  /** It differs from hostname by case alone, so it has a folder of its own. */
  @Test
  void rendersTheNameInCapitals() throws IOException {
    Cluster howto = Clusters.howto();
    Renderer renderer = Rendered.shipped(howto);
    Layer node = renderer.node(howto.nodes().get(0));
    compareFiles(
        VARIANTS + "capitals",
        Map.of("nodes/firstslave/etc/HOSTNAME", Rendered.text(node, "etc/HOSTNAME")),
        renderer);
  }

  static Stream<String> templates() throws IOException {
    return Files.readAllLines(TEMPLATES.resolve("index.txt")).stream();
  }

  /** Each file that can be made is looked at with the howto's own example. */
  @ParameterizedTest
  @MethodSource("templates")
  void eachTemplateHasAGoldenFileOfTheHowto(String template) throws IOException {
    if (template.startsWith(TemplateScope.LIB.folder() + "/")) {
      assertThat(templates().filter(t -> !t.equals(template)))
          .anyMatch(t -> read(t).contains("#parse(\"" + template + "\")"));
      return;
    }
    int slash = template.indexOf('/');
    String folder =
        switch (TemplateScope.of(template.substring(0, slash)).orElseThrow()) {
          case GROUP -> "groups/slaves/";
          case NODE -> "nodes/firstslave/";
          default -> template.substring(0, slash + 1);
        };
    List<String> targets = new ArrayList<>(List.of(template.substring(slash + 1)));
    read(template)
        .lines()
        .filter(line -> line.startsWith("## also: "))
        .forEach(line -> targets.add(line.substring("## also: ".length()) + ".vm"));
    Set<String> golden = goldenOfTheHowto();
    assertThat(targets)
        .allSatisfy(
            target ->
                assertThat(golden)
                    .anyMatch(
                        Pattern.compile(
                                Pattern.quote(folder + target.replaceAll("\\.vm$", ""))
                                    .replaceAll("@[a-z]+@", "\\\\E[^/]+\\\\Q"))
                            .asMatchPredicate()));
  }

  private static Set<String> goldenOfTheHowto() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path folder : foldersOfTheHowto()) {
      names.addAll(read(folder).keySet());
    }
    return names;
  }

  /** The folders whose clusters are made of the howto's. */
  private static List<Path> foldersOfTheHowto() throws IOException {
    List<Path> folders = new ArrayList<>();
    for (String one :
        List.of("howto", "kea/howto", "dnsmasq/howto", "dnsmasq-proxy/howto", "ganesha/howto")) {
      folders.add(GOLDEN.resolve(one));
    }
    for (String many : List.of("networkConfig", "links", "squash", VARIANTS)) {
      try (Stream<Path> each = Files.list(GOLDEN.resolve(many))) {
        each.forEach(folders::add);
      }
    }
    return folders;
  }

  private static String read(String template) {
    try {
      return Files.readString(TEMPLATES.resolve(template));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> files(Map<String, Layer> layers) throws IOException {
    Map<String, String> rendered = new TreeMap<>();
    for (Map.Entry<String, Layer> layer : layers.entrySet()) {
      for (Entry entry : layer.getValue().entries()) {
        // Differs from etc/hostname by case alone, so no checkout could hold both everywhere.
        if (entry.isFile() && !entry.path().toString().equals("/etc/HOSTNAME") && !isFixed(entry)) {
          rendered.put(layer.getKey() + entry.path(), Rendered.text(entry));
        } else if (entry.isSymlink()) {
          rendered.put(layer.getKey() + entry.path(), "-> " + entry.displayTarget() + "\n");
        }
      }
    }
    return rendered;
  }

  /** Whether the file is the same for all clusters, and its source is not a template. */
  private static boolean isFixed(Entry entry) {
    return entry.path().startsWith(ClusterPage.FOLDER)
        && !entry.path().equals(ClusterPage.FOLDER.resolve(TreePath.of("cluster.json")));
  }

  private static void compare(String name, Map<String, Layer> layers, Renderer renderer)
      throws IOException {
    compareFiles(name, files(layers), renderer);
  }

  private static void compareFiles(String name, Map<String, String> rendered, Renderer renderer)
      throws IOException {
    assertThat(renderer.problems()).filteredOn(Problem::isError).isEmpty();
    Path folder = GOLDEN.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      update(folder, rendered);
    }
    assertThat(rendered).isEqualTo(read(folder));
  }

  private static void update(Path folder, Map<String, String> files) throws IOException {
    if (Files.exists(folder)) {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      Rendered.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  private static Map<String, String> read(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        String path = folder.relativize(file).toString().replace('\\', '/');
        files.put(path, Files.readString(file).replace("\r\n", "\n"));
      }
    }
    return files;
  }
}
