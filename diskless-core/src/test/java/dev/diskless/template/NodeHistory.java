package dev.diskless.template;

import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.LongToDoubleFunction;

/**
 * Values of a node before a test, which promtool writes into the files of Prometheus.
 *
 * @param node name of the node
 * @param start time of the first value, in seconds
 * @param end time of the last value, in seconds
 * @param step time between two values, in seconds
 */
record NodeHistory(String node, long start, long end, long step) {

  /**
   * Period in which a node ran one release.
   *
   * @param booted time of the boot in seconds
   * @param version release
   */
  record Boot(long booted, String version) {}

  /**
   * Writes load, memory, network, boots and releases.
   *
   * @param folder folder of Prometheus, which must not run
   * @param boots in the order of their times; the first is before {@code start}
   */
  void write(Path folder, List<Boot> boots) throws IOException {
    StringBuilder text = new StringBuilder();
    series(text, "node:load_per_cpu", t -> 0.45 + 0.4 * Math.sin(t / 14000.0) * noise(t));
    series(text, "node:memory_used:ratio", t -> 0.5 + 0.2 * Math.sin(t / 31000.0) * noise(t));
    series(
        text,
        "node_network_receive_bytes_total",
        t -> 2e7 * (t - start + 3000 * Math.sin(t / 9000.0)));
    series(
        text,
        "node_network_transmit_bytes_total",
        t -> 8e6 * (t - start + 3000 * Math.sin(t / 9000.0)));
    series(text, "node_boot_time_seconds", t -> at(boots, t).booted());
    for (long t = start; t <= end; t += step) {
      line(text, "diskless_node_info", ",version=\"" + at(boots, t).version() + "\"", 1, t);
    }
    text.append("# EOF\n");
    Files.writeString(folder.resolve("history.om"), text);
    Shell.check(folder, "promtool tsdb create-blocks-from openmetrics --quiet history.om data");
  }

  private static Boot at(List<Boot> boots, long time) {
    return boots.stream()
        .filter(b -> b.booted() <= time)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private static double noise(long time) {
    return 0.8 + 0.2 * Math.sin(time / 700.0) * Math.cos(time / 1900.0);
  }

  private void series(StringBuilder text, String name, LongToDoubleFunction value) {
    for (long t = start; t <= end; t += step) {
      line(text, name, "", value.applyAsDouble(t), t);
    }
  }

  private void line(StringBuilder text, String name, String labels, double value, long time) {
    text.append(
        String.format(
            Locale.ROOT,
            "%s{job=\"nodes\",instance=\"%s\"%s} %.4f %d%n",
            name,
            node,
            labels,
            value,
            time));
  }
}
