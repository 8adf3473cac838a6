package dev.diskless.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.Ports;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs Prometheus and a node exporter with the rendered files. */
@RequiresProgram({"prometheus", "promtool", "prometheus-node-exporter", "curl"})
class MonitoringTest {

  private static final Cluster CLUSTER = Clusters.withMonitoring(Clusters.howto());

  /** Limit for the values of one node, which docs/monitoring.md states. */
  private static final int SERIES = 100;

  @TempDir Path folder;

  @Test
  void promtoolAcceptsConfigurationAndRules() throws Exception {
    renderMaster(9100, 9090);
    assertThat(output("promtool check config prometheus.yml"))
        .contains("SUCCESS: 1 rule files found", "rules.yml");

    String rules = Files.readString(folder.resolve("rules.yml"));
    Files.writeString(folder.resolve("rules.yml"), rules.replace("sum(", "summ("));
    assertThat(output("! promtool check config prometheus.yml 2>&1")).contains("unknown function");
  }

  /** The values of this machine arrive with the labels of the node. */
  @Test
  void prometheusCollectsTheValuesOfANode() throws Exception {
    int exporter = Ports.free();
    int server = Ports.free();
    renderMaster(exporter, server);
    Layer all = Rendered.shipped(CLUSTER).all();
    write("arguments", Rendered.text(all, "etc/default/prometheus-node-exporter"));
    write("node-metrics", Rendered.text(all, "etc/diskless/node-metrics"));
    write("release", "VERSION=0.9\n");
    String output =
        output(
            """
            sed -i 's,/run/diskless-metrics,metrics,; s,/run/diskless-metrics,metrics,g' node-metrics arguments
            sed -i 's,/etc/diskless-release,./release,' node-metrics
            sh node-metrics
            . ./arguments
            prometheus-node-exporter $ARGS --web.listen-address=127.0.0.1:%1$s >exporter.log 2>&1 &
            exporter=$!
            prometheus --config.file=prometheus.yml --storage.tsdb.path=data \
              --web.listen-address=127.0.0.1:%2$s >prometheus.log 2>&1 &
            prometheus=$!
            trap 'kill $exporter $prometheus; wait' EXIT
            query() { curl -s -G --data-urlencode "query=$1" http://127.0.0.1:%2$s/api/v1/query; echo; }
            i=0
            until query 'node:load_per_cpu and on(instance) ALERTS{alertname="NodeOnOldRelease"}' | grep -q '"value"'; do
              i=$((i + 1))
              [ $i -lt 120 ] || { cat prometheus.log exporter.log; exit 1; }
              sleep 0.25
            done
            query 'count({job="nodes",instance="firstslave"})'
            query 'diskless_node_info{instance="firstslave"}'
            query 'up{job="nodes"}'
            """
                .formatted(exporter, server));
    assertThat(output)
        .contains(
            "\"group\":\"slaves\"",
            "\"root\":\"",
            "\"version\":\"0.9\"",
            "\"instance\":\"firstslave\"");
    String count = output.lines().findFirst().orElseThrow().replaceAll(".*,\"(\\d+)\"].*", "$1");
    assertThat(Integer.parseInt(count)).as("series of a node").isBetween(20, SERIES);
  }

  private String output(String command) throws IOException {
    Shell.Result result = Shell.run(folder, "set -eu; " + command);
    assertThat(result.exit()).as(result.output()).isZero();
    return result.output();
  }

  /** Renders the master's files for this test's ports and directory, with short intervals. */
  private void renderMaster(int exporter, int server) throws IOException {
    Layer master = Rendered.shipped(CLUSTER).master();
    write(
        "prometheus.yml",
        Rendered.text(master, "etc/prometheus/prometheus.yml")
            .replace("/etc/prometheus/diskless-rules.yml", "rules.yml")
            .replace("127.0.0.1:9090", "127.0.0.1:" + server)
            .replaceAll("\"?192\\.168\\.45\\.[0-9]+:9100\"?", "\"127.0.0.1:" + exporter + "\"")
            .replace("15s", "1s"));
    write("rules.yml", Rendered.text(master, "etc/prometheus/diskless-rules.yml"));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
