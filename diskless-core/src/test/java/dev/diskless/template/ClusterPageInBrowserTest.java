package dev.diskless.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Node;
import dev.diskless.testing.Browser;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.Daemon;
import dev.diskless.testing.Ports;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page in Chromium, with the values of a real node exporter and a real Prometheus. */
@RequiresProgram({
  "chromium",
  "chromedriver",
  "curl",
  "nginx",
  "prometheus",
  "prometheus-node-exporter"
})
class ClusterPageInBrowserTest {

  private static final Group COMPUTE = Clusters.group("compute");
  private static final Group STORAGE = Clusters.group("storage");

  private static final Cluster CLUSTER =
      Clusters.withMonitoring(
          Clusters.of(
              List.of(COMPUTE, STORAGE),
              List.of(
                  Clusters.node("node01", "52:54:00:00:00:01", "192.168.1.1", COMPUTE),
                  Clusters.node("node02", "52:54:00:00:00:02", "192.168.1.2", COMPUTE),
                  Clusters.node("disk1", "52:54:00:00:00:03", "192.168.1.3", STORAGE))));

  private static final int REPETITIONS = 3;

  private static final String RATES_SHOWN =
      "const rates = [...document.querySelectorAll('tr.up .col-received')];"
          + " return rates.length > 20 && !rates.some(each => each.textContent === '–')";

  private static final String VALUES_SHOWN =
      "return performance.getEntriesByName('values-shown').length > 0";

  private static final String FILTER =
      "const text = document.getElementById('text'); text.value = 'n[100-499]';"
          + " text.dispatchEvent(new Event('input'));"
          + " requestAnimationFrame(() => setTimeout(() => { window.drawn = true; }))";

  @TempDir Path folder;

  @Test
  void theOverviewShowsWhatPrometheusKnows() throws IOException {
    int first = Ports.free();
    int second = Ports.free();
    try (MonitoringServers servers = new MonitoringServers(folder, CLUSTER);
        Daemon lasting = exporter("1.0", first);
        Daemon stopped = exporter("0.9", second);
        Browser browser = Browser.start(folder)) {
      servers.startPrometheus();
      servers.awaitAnswer("api/v1/query?query=1", "HTTP/1.1 200");
      browser.open(servers.page());
      browser.awaitText("#notice", t -> t.startsWith("Prometheus has no values of nodes yet."));
      assertThat(state(browser, "node01")).isEqualTo("no data");

      servers.collect(
          CLUSTER,
          node -> "127.0.0.1:" + (node.name().equals("node02") ? second : first) + "/metrics",
          1);
      servers.startPrometheus();
      await(browser, "node01", "up");
      await(browser, "node02", "alert");
      assertThat(browser.text("#notice")).isEmpty();
      awaitRates(browser);
      assertValues(browser);
      assertSelections(browser);

      stopped.stop();
      await(browser, "node02", "down");
      assertThat(browser.text(".total .state")).isEqualTo("2 of 3 up");
      assertThat(cell(browser, "node02", "load")).isEqualTo("–");
      assertThat(state(browser, "node01")).isEqualTo("up");

      servers.stopPrometheus();
      refresh(browser);
      String notice = browser.awaitText("#notice", t -> t.startsWith("Prometheus does not answer"));
      assertThat(notice)
          .contains("(HTTP 502)", "The values on this page are from", "systemctl status prometheus")
          .containsPattern(", \\d+ s ago");
      assertThat(browser.text("#age")).matches("Values \\d+ s old");
      assertThat(state(browser, "node01")).isEqualTo("up");
      browser.open(servers.page() + "?new");
      browser.awaitText("#age", t -> t.equals("No values"));

      servers.startPrometheus();
      await(browser, "node01", "up");
      assertThat(browser.text("#notice")).isEmpty();
      assertOutdated(browser);
      assertThat(browser.console()).allMatch(line -> line.matches(".*status of 50[23] .*"));
      assertThat(lasting.output()).contains("Listening");
    }
  }

  /**
   * Limits of docs/view.md. CPU time of the page; the best of several, because other tests run
   * meanwhile.
   */
  @Test
  void aThousandNodesAppearAndAreFilteredQuickly() throws IOException {
    Cluster cluster = Clusters.withMonitoring(Clusters.ofSize(1000));
    try (SimulatedNodes nodes = new SimulatedNodes(cluster.version());
        MonitoringServers servers = new MonitoringServers(folder, cluster);
        Browser browser = Browser.start(folder)) {
      servers.collect(cluster, node -> nodes.target(node.name()), 5);
      servers.startPrometheus();
      servers.awaitPage();
      Browser.await(
          "values of all nodes",
          () -> servers.answer("api/v1/query?query=count(up)").contains("\"1001\""));
      browser.open(servers.page());
      browser.awaitText(".total .state", t -> t.endsWith("of 1000 up"));
      double shown = Double.MAX_VALUE;
      double filtered = Double.MAX_VALUE;
      for (int i = 0; i < REPETITIONS; i++) {
        browser.open(servers.page() + "?" + i);
        browser.awaitText(".total .state", t -> t.endsWith("of 1000 up"));
        Browser.await("values", () -> browser.run(VALUES_SHOWN).asBoolean());
        double before = browser.cpuMilliseconds();
        shown = Math.min(shown, before);
        browser.run(FILTER);
        Browser.await("the drawn page", () -> browser.run("return window.drawn").asBoolean());
        filtered = Math.min(filtered, browser.cpuMilliseconds() - before);
        assertThat(browser.text(".shown")).isEqualTo("400 of 1000 nodes");
      }
      System.out.printf(
          "1000 nodes: %.0f ms of CPU time until they are shown, %.0f ms to filter%n",
          shown, filtered);
      assertThat(shown).isLessThan(1000);
      assertThat(filtered).isLessThan(100);
    }
  }

  @Test
  void aNodeHasItsHistoryWithRebootsAndReleases() throws IOException {
    long now = System.currentTimeMillis() / 1000;
    new NodeHistory("node01", now - 4 * 3600, now - 300, 15)
        .write(
            folder,
            List.of(
                new NodeHistory.Boot(now - 10 * 86400, "0.8"),
                new NodeHistory.Boot(now - 3 * 3600, "0.8"),
                new NodeHistory.Boot(now - 2 * 3600, "0.9")));
    int port = Ports.free();
    try (MonitoringServers servers = new MonitoringServers(folder, CLUSTER);
        Daemon exporter = exporter("0.9", port);
        Browser browser = Browser.start(folder)) {
      servers.collect(CLUSTER, node -> "127.0.0.1:" + port + "/metrics", 1);
      servers.startPrometheus();
      servers.awaitAnswer("api/v1/query?query=1", "HTTP/1.1 200");
      browser.open(servers.page() + "#/node/node01");
      browser.awaitText(".events", t -> t.contains("release 0.9") && t.contains("reboot"));
      assertThat(browser.text("figure:nth-child(1) .summary"))
          .matches("now .+, mean \\d+\\.\\d\\d, maximum \\d+\\.\\d\\d");
      assertThat(browser.text("figure:nth-child(3) .summary")).matches("received: now .* sent: .*");
      assertThat(browser.run("return document.querySelectorAll('canvas').length").asInt())
          .isEqualTo(3);
      Browser.await(
          "the alert of the node",
          () -> {
            refresh(browser);
            return browser.text(".alerts").contains("runs another release than the active one");
          });
      assertThat(browser.text("dl")).contains("0.9 (active: 1.0)", "compute", "52:54:00:00:00:01");

      browser.click("[data-period='1h']");
      browser.awaitText(".events", t -> !t.contains("release 0.9"));
      assertThat(browser.run("return location.hash").asString())
          .isEqualTo("#/node/node01?period=1h");
      browser.click("nav a");
      assertThat(names(browser)).isEqualTo("disk1 node01 node02");
      browser.open(servers.page() + "#/node/nosuch");
      browser.awaitText(".empty", "This cluster has no node with this name."::equals);
      assertThat(browser.console()).isEmpty();
      assertThat(exporter.output()).contains("Listening");
    }
  }

  /** Writes the pictures of docs/view.md. */
  @EnabledIfSystemProperty(named = "view.screenshots", matches = "true")
  @Test
  void screenshots() throws IOException {
    Path pictures = Path.of("..", "docs", "images");
    Cluster cluster = cluster(30, 6);
    long now = System.currentTimeMillis() / 1000;
    new NodeHistory("node02", now - 7 * 86400, now - 30, 120)
        .write(
            folder,
            List.of(
                new NodeHistory.Boot(now - 30 * 86400, "0.8"),
                new NodeHistory.Boot(now - 6 * 86400, "0.9"),
                new NodeHistory.Boot(now - 4 * 86400, "0.9"),
                new NodeHistory.Boot(now - 5 * 86400 / 2, "1.0")));
    try (SimulatedNodes nodes = new SimulatedNodes(cluster.version());
        MonitoringServers servers = new MonitoringServers(folder, cluster);
        Browser browser = Browser.start(folder)) {
      servers.collect(cluster, node -> nodes.target(node.name()), 1);
      servers.startPrometheus();
      servers.awaitAnswer("api/v1/query?query=1", "HTTP/1.1 200");
      browser.resize(1440, 720);
      browser.open(servers.page());
      Browser.await(
          "rates of all nodes",
          () -> {
            refresh(browser);
            return browser.run(RATES_SHOWN).asBoolean();
          });
      browser.screenshot(pictures.resolve("view-overview.png"));
      browser.colors("dark");
      browser.screenshot(pictures.resolve("view-overview-dark.png"));
      browser.colors("light");
      browser.resize(1440, 800);
      browser.open(servers.page() + "?node#/node/node02?period=7d");
      browser.awaitText(".events", t -> t.contains("release 1.0"));
      browser.screenshot(pictures.resolve("view-node.png"));
    }
  }

  private static Cluster cluster(int compute, int storage) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 1; i <= compute + storage; i++) {
      boolean computes = i <= compute;
      nodes.add(
          Clusters.node(
              computes ? "node%02d".formatted(i) : "disk" + (i - compute),
              "52:54:00:00:00:%02x".formatted(i),
              "192.168.1." + i,
              computes ? COMPUTE : STORAGE));
    }
    return Clusters.withMonitoring(Clusters.of(List.of(COMPUTE, STORAGE), nodes));
  }

  /** Starts a node exporter with the rendered arguments, and with the metrics of a release. */
  private Daemon exporter(String version, int port) throws IOException {
    Layer all = Rendered.shipped(CLUSTER).all();
    Path own = Files.createDirectories(folder.resolve(version));
    Files.writeString(
        own.resolve("diskless.prom"),
        "diskless_node_info{version=\"%s\"} 1\ndiskless_node_cpus %d\n"
            .formatted(version, Runtime.getRuntime().availableProcessors()));
    String line = Rendered.text(all, "etc/default/prometheus-node-exporter");
    String arguments = line.substring(line.indexOf("ARGS=\"") + 6, line.lastIndexOf('"'));
    List<String> words =
        new ArrayList<>(
            List.of(arguments.replace("/run/diskless-metrics", own.toString()).split(" ")));
    words.add("--web.listen-address=127.0.0.1:" + port);
    return Daemon.start(own, "prometheus-node-exporter", words);
  }

  private static void assertValues(Browser browser) throws IOException {
    assertThat(cell(browser, "node01", "load")).matches("\\d+\\.\\d\\d");
    assertThat(cell(browser, "node01", "memory")).matches("\\d+ % of \\d+(\\.\\d)? GiB");
    int cpus = Runtime.getRuntime().availableProcessors();
    assertThat(cell(browser, "node01", "cpus")).isEqualTo(Integer.toString(cpus));
    assertThat(cell(browser, "node01", "release")).isEqualTo("1.0");
    assertThat(cell(browser, "node02", "release")).isEqualTo("0.9");
    assertThat(
            browser
                .run("return document.querySelector('tr.alert:not(.total) .col-state').title")
                .asString())
        .isEqualTo("runs another release than the active one; reboot it");
    assertThat(cell(browser, "node01", "booted")).matches("\\d+ (s|min|h \\d+ min|d \\d+ h)");
    assertThat(browser.text(".total .state")).isEqualTo("3 of 3 up");
    assertThat(browser.text(".total .col-cpus")).isEqualTo(Integer.toString(3 * cpus));
    // The three nodes have the values of this machine, so their loads are equal.
    assertThat(browser.text(".total .col-load")).matches("\\d+\\.\\d\\d\\sbalance (9[0-9]|100) %");
  }

  private static void assertSelections(Browser browser) throws IOException {
    assertThat(names(browser)).isEqualTo("disk1 node01 node02");
    browser.type("#text", "node[02-20]");
    assertThat(names(browser)).isEqualTo("node02");
    assertThat(browser.text(".shown")).isEqualTo("1 of 3 nodes");
    browser.type("#text", "nothing");
    assertThat(browser.text(".empty")).isEqualTo("No node matches the filter.");
    browser.type("#text", "disk,node01");
    assertThat(names(browser)).isEqualTo("disk1 node01");
    browser.click(".col-name button");
    assertThat(names(browser)).isEqualTo("node01 disk1");
    String address = browser.run("return location.href").asString();
    assertThat(address).endsWith("#/?nodes=disk%2Cnode01&sort=-name");
    browser.open("about:blank");
    browser.open(address);
    browser.awaitText("tbody:not(.total) tr:first-child .col-name", "node01"::equals);
    assertThat(names(browser)).isEqualTo("node01 disk1");
    browser.type("#text", " ");
    browser.click(".col-name button");
  }

  /** A computer that slept shows old values until the next answer, however wrong its clock is. */
  private static void assertOutdated(Browser browser) throws IOException {
    browser.run("const real = Date.now; Date.now = () => real() + 400000; window.real = real");
    browser.awaitText("#notice", t -> t.startsWith("The values are outdated."));
    assertThat(browser.text("#age")).isEqualTo("Values 6 min old");
    Browser.await(
        "the next values",
        () -> {
          refresh(browser);
          return browser.text("#notice").isEmpty();
        });
    assertThat(browser.text("#age")).matches("Values \\d+ s old");
  }

  /** Waits for rates, which need two values. */
  private static void awaitRates(Browser browser) throws IOException {
    Browser.await(
        "rates of the network",
        () -> {
          refresh(browser);
          return browser.text(".total .col-received").endsWith("B/s");
        });
  }

  /** Reads the values now, as the page does when the user comes back to it. */
  private static void refresh(Browser browser) throws IOException {
    browser.run("document.dispatchEvent(new Event('visibilitychange'))");
  }

  private static void await(Browser browser, String node, String state) throws IOException {
    Browser.await(
        node + " " + state,
        () -> {
          refresh(browser);
          return state(browser, node).equals(state);
        });
  }

  private static String state(Browser browser, String node) throws IOException {
    return cell(browser, node, "state .state");
  }

  private static String cell(Browser browser, String node, String column) throws IOException {
    return browser
        .run(
            """
            const row = document.querySelector(`tr[data-node="${arguments[0]}"]`);
            return row?.querySelector(".col-" + arguments[1]).innerText ?? "";
            """,
            node,
            column)
        .asString()
        .strip();
  }

  private static String names(Browser browser) throws IOException {
    return browser
        .run(
            "return [...document.querySelectorAll('tbody:not(.total) .col-name')]"
                + ".map(each => each.innerText).join(' ')")
        .asString();
  }
}
