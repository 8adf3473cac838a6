package dev.diskless.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.model.Collector;
import dev.diskless.model.Monitoring;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreePath;
import inet.ipaddr.IPAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files of the page, and who can read them through nginx. */
class ClusterPageTest {

  private static final Path SOURCES =
      Path.of("src", "main", "resources", "dev", "diskless", "view");

  /** Limit of docs/view.md for all files, in bytes. */
  private static final int LIMIT = 300_000;

  private static final String NGINX = "etc/nginx/conf.d/diskless-view.conf";

  @TempDir Path folder;

  private static Cluster cluster(String... viewers) {
    return cluster(false, viewers);
  }

  private static Cluster cluster(boolean openToNodes, String... viewers) {
    List<IPAddress> networks = Stream.of(viewers).map(Clusters::ip).toList();
    return Clusters.withMonitoring(
        Clusters.howto(), new Monitoring(Collector.PROMETHEUS, networks, openToNodes));
  }

  private static List<Entry> files(Layer master) {
    return master.entries().stream()
        .filter(e -> e.isFile() && e.path().startsWith(ClusterPage.FOLDER))
        .toList();
  }

  @Test
  void theIndexListsAllFiles() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      assertThat(Files.readAllLines(SOURCES.resolve("index.txt")))
          .containsExactlyElementsOf(
              files
                  .map(f -> f.getFileName().toString())
                  .filter(f -> !f.equals("index.txt"))
                  .sorted()
                  .toList());
    }
  }

  @Test
  void theFilesAreSmallAndAskNoOtherHost() throws IOException {
    int size = 0;
    for (Entry file : files(Rendered.shipped(cluster()).master())) {
      String text = Rendered.text(file);
      size += text.length();
      assertThat(file.metadata().mode()).isEqualTo(0644);
      assertThat(text.replace("xmlns=\"http://www.w3.org/2000/svg\"", "").lines())
          .as(file.path().toString())
          .filteredOn(line -> !line.strip().matches("(//|\\*|/\\*!).*"))
          .noneMatch(line -> line.matches(".*(https?:)?//[a-z0-9-]+\\.[a-z].*"));
    }
    assertThat(size).isBetween(10_000, LIMIT);
  }

  /** Versions of libraries are pinned, and their licences are in the same folder. */
  @Test
  void librariesHaveAVersionAndALicence() throws IOException {
    assertThat(Files.readString(SOURCES.resolve("uPlot.iife.min.js")))
        .startsWith("/*! https://github.com/leeoniya/uPlot (v1.6.32) */");
    assertThat(Files.readString(SOURCES.resolve("uPlot.LICENSE"))).contains("The MIT License");
  }

  @Test
  void aClusterWithoutMonitoringHasNoPage() {
    Layer master = Rendered.shipped(Clusters.howto()).master();
    assertThat(files(master)).isEmpty();
    assertThat(Rendered.has(master, NGINX)).isFalse();
  }

  @Test
  void theModelNamesTheNodesOfOneMaster() throws IOException {
    Cluster cluster = Clusters.withMonitoring(Clusters.twoMasters());
    JsonNode first = model(Rendered.shipped(cluster).master(cluster.masters().get(0)));
    JsonNode second = model(Rendered.shipped(cluster).master(cluster.masters().get(1)));
    assertThat(first.path("nodes").size() + second.path("nodes").size())
        .isEqualTo(cluster.nodes().size());
    assertThat(first.path("nodes").valueStream().map(n -> n.path("master").asString()))
        .containsOnly(cluster.masters().get(0).name());
  }

  /** Free values can contain passwords, and users have hashes and keys. */
  @Test
  void noFileContainsSecretsOrFreeValues() throws IOException {
    for (Cluster cluster : List.of(Clusters.keeping(), Clusters.withUsers(Clusters.howto()))) {
      Cluster monitored = Clusters.withMonitoring(Clusters.withResources(cluster, "hunter2"));
      Layer master = Rendered.shipped(monitored).master();
      for (Entry file : files(master)) {
        assertThat(Rendered.text(file))
            .as(file.path().toString())
            .doesNotContain("hunter2", "ssh-ed25519", "/etc/munge", "secret", "ada@example");
      }
      assertThat(model(master).propertyNames())
          .isSubsetOf("cluster", "version", "domain", "groups", "nodes");
      assertThat(model(master).path("nodes").valueStream().flatMap(n -> n.propertyStream()))
          .extracting(e -> e.getKey())
          .isSubsetOf("name", "group", "master", "mac", "address", "address6", "addresses");
      assertThat(model(master).path("groups").valueStream().flatMap(g -> g.propertyStream()))
          .extracting(e -> e.getKey())
          .isSubsetOf("image", "root", "boot", "cpus", "memoryMiB");
    }
  }

  private static JsonNode model(Layer master) throws IOException {
    String path = ClusterPage.FOLDER.resolve(TreePath.of("cluster.json")).toString();
    return JsonMapper.shared().readTree(Rendered.text(master, path.substring(1)));
  }

  @Test
  void onlyTheMasterMayOpenThePageByDefault() throws IOException {
    assertThat(rules(cluster()))
        .containsExactly(
            "listen 127.0.0.1:8480 default_server",
            "listen 127.0.0.1:8480",
            "allow 127.0.0.1",
            "allow 192.168.45.1",
            "deny all");
  }

  @Test
  void viewersMayOpenThePageAndNodesMayNot() throws IOException {
    assertThat(rules(cluster("192.168.0.0/16", "fd00:1::/64")))
        .containsExactly(
            "listen 8480 default_server",
            "listen [::]:8480 default_server",
            "listen 8480",
            "listen [::]:8480",
            "allow 127.0.0.1",
            "allow 192.168.45.1",
            "deny 192.168.45.0/24",
            "allow 192.168.0.0/16",
            "allow fd00:1::/64",
            "deny all");
    assertThat(rules(cluster(true, "192.168.45.0/24")))
        .contains("allow 192.168.45.0/24")
        .doesNotContain("deny 192.168.45.0/24");
  }

  /** A master knows only its own networks otherwise. */
  @Test
  void nodesOfOtherMastersMayNotOpenThePage() throws IOException {
    Cluster cluster =
        Clusters.withMonitoring(
            Clusters.twoMasters(),
            new Monitoring(Collector.PROMETHEUS, List.of(Clusters.ip("0.0.0.0/0")), false));
    Layer master = Rendered.shipped(cluster).master(cluster.masters().get(0));
    String text = Rendered.text(master, NGINX);
    assertThat(cluster.networks())
        .hasSizeGreaterThan(1)
        .allSatisfy(n -> assertThat(text).contains("deny " + n.subnet() + ";"));
  }

  private static List<String> rules(Cluster cluster) throws IOException {
    return Rendered.text(Rendered.shipped(cluster).master(), NGINX)
        .lines()
        .map(String::strip)
        .map(line -> line.replaceAll(";$", ""))
        .takeWhile(line -> !line.startsWith("add_header"))
        .filter(line -> line.matches("(listen|allow|deny) .*"))
        .toList();
  }

  @RequiresProgram({"nginx", "curl"})
  @Test
  void nginxServesThePageOnlyAsItShould() throws IOException {
    try (MonitoringServers servers = new MonitoringServers(folder, cluster())) {
      assertThat(servers.awaitPage())
          .startsWith("HTTP/1.1 200")
          .contains("Content-Security-Policy: default-src 'none'; script-src 'self'")
          .contains("<script type=\"module\" src=\"view.js\">");
      assertThat(servers.answer("view.js")).containsPattern("Content-Type: \\w+/javascript");
      assertThat(servers.answer("cluster.json")).contains("\"firstslave\"");
      assertThat(servers.answer("", "-H", "Host: rebound.example")).startsWith("HTTP/1.1 421");
      assertThat(servers.answer("", "-H", "Host: master:8480")).startsWith("HTTP/1.1 200");
      assertThat(servers.answer("", "-H", "Host: [::1]:8480")).startsWith("HTTP/1.1 200");
      assertThat(servers.answer("view.js", "-X", "POST")).startsWith("HTTP/1.1 403");
      assertThat(servers.answer("api/v1/query", "-X", "DELETE")).startsWith("HTTP/1.1 403");
      for (String other :
          List.of("api/v1/status/config", "api/v1/admin/tsdb/snapshot", "metrics", "graph")) {
        assertThat(servers.answer(other)).startsWith("HTTP/1.1 404");
      }
      assertThat(servers.answer("api/v1/query?query=up")).startsWith("HTTP/1.1 502");
    }
  }

  /** Another web site that a viewer opens must not read the values. */
  @RequiresProgram({"nginx", "prometheus", "curl"})
  @Test
  void prometheusAllowsNoOtherOrigin() throws IOException {
    try (MonitoringServers servers = new MonitoringServers(folder, cluster())) {
      servers.startPrometheus();
      String answer = servers.awaitAnswer("api/v1/query?query=1", "HTTP/1.1 200");
      assertThat(answer).contains("\"status\":\"success\"");
      assertThat(servers.answer("api/v1/query?query=1", "-H", "Origin: http://evil.example"))
          .startsWith("HTTP/1.1 200")
          .doesNotContainIgnoringCase("Access-Control-Allow-Origin");
    }
  }

  @RequiresProgram("nginx")
  @Test
  void nginxReadsTheConfigurationWithViewers() throws IOException {
    Cluster cluster = cluster("10.1.0.0/16", "10.2.3.4/32", "fd00:1::/64");
    String page = Rendered.text(Rendered.shipped(cluster).master(), NGINX);
    Files.writeString(folder.resolve("nginx.conf"), "events {}\nhttp {\n" + page + "}\n");
    Shell.Result result =
        Shell.run(folder, "nginx -t -e stderr -g 'pid " + folder + "/pid;' -c $PWD/nginx.conf");
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.output()).doesNotContain("[warn]");
  }
}
