package dev.diskless.template;

import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.testing.Browser;
import dev.diskless.testing.Daemon;
import dev.diskless.testing.Ports;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Prometheus and nginx with the rendered files of a master, on free ports of the loopback address.
 */
final class MonitoringServers implements AutoCloseable {

  private final Path folder;
  private final int port = Ports.free();
  private final int prometheusPort = Ports.free();
  private final Daemon nginx;
  private Daemon prometheus;

  /**
   * Starts nginx, but not Prometheus.
   *
   * @param folder directory for files of the servers
   */
  MonitoringServers(Path folder, Cluster cluster) throws IOException {
    this.folder = folder;
    Layer master = Rendered.shipped(cluster).master();
    Path page = folder.resolve("page");
    for (Entry entry : master.entries()) {
      if (entry.isFile() && entry.path().startsWith(ClusterPage.FOLDER)) {
        Rendered.write(
            page.resolve(entry.path().relativeTo(ClusterPage.FOLDER).toString().substring(1)),
            Rendered.text(entry));
      }
    }
    write(
        "page.conf",
        Rendered.text(master, "etc/nginx/conf.d/diskless-view.conf")
            .replace("8480", Integer.toString(port))
            .replace("127.0.0.1:9090", "127.0.0.1:" + prometheusPort)
            .replace("/usr/share/diskless/view", page.toString()));
    write(
        "nginx.conf",
        """
        daemon off;
        %1$spid %2$s/nginx.pid;
        worker_processes 1;
        events {}
        http {
            include /etc/nginx/mime.types;
            access_log off;
            client_body_temp_path %2$s/body;
            proxy_temp_path %2$s/proxy;
            fastcgi_temp_path %2$s/fastcgi;
            uwsgi_temp_path %2$s/uwsgi;
            scgi_temp_path %2$s/scgi;
            include page.conf;
        }
        """
            .formatted(Shell.isRoot() ? "user root;\n" : "", folder));
    write(
        "diskless-rules.yml",
        Rendered.text(master, "etc/prometheus/diskless-rules.yml")
            .replace("24h", "1s")
            .replace("15s", "1s"));
    write("prometheus.yml", "global: { scrape_interval: 1s }\n");
    this.nginx =
        Daemon.start(
            folder,
            "nginx",
            List.of("-e", "stderr", "-p", folder.toString(), "-c", folder + "/nginx.conf"));
  }

  /**
   * Writes the rendered configuration of Prometheus.
   *
   * @param target address and path of the exporter of a node, such as {@code
   *     127.0.0.1:9100/metrics}
   */
  void collect(Cluster cluster, Function<Node, String> target, int interval) throws IOException {
    String text =
        Rendered.text(Rendered.shipped(cluster).master(), "etc/prometheus/prometheus.yml")
            .replace("/etc/prometheus/", "")
            .replace("127.0.0.1:9090", "127.0.0.1:" + prometheusPort)
            .replace("15s", interval + "s");
    for (Node node : cluster.nodes()) {
      String[] parts = target.apply(node).split("/", 2);
      text =
          Pattern.compile(Pattern.quote(node.address() + ":9100") + "(\"?\\]\\s*labels: \\{)")
              .matcher(text)
              .replaceFirst(parts[0] + "$1 __metrics_path__: /" + parts[1] + ",");
    }
    write("prometheus.yml", text);
  }

  /** Starts Prometheus, or lets it read its configuration again if it runs. */
  void startPrometheus() throws IOException {
    if (prometheus == null) {
      prometheus =
          Daemon.start(
              folder,
              "prometheus",
              List.of(
                  "--config.file=prometheus.yml",
                  "--storage.tsdb.path=data",
                  "--web.listen-address=127.0.0.1:" + prometheusPort));
    } else {
      prometheus.reload();
    }
  }

  void stopPrometheus() throws IOException {
    prometheus.close();
    prometheus = null;
  }

  /** Returns the address of the page. */
  String page() {
    return "http://127.0.0.1:" + port + "/";
  }

  /**
   * Returns the answer of nginx to a request, with its headers.
   *
   * @param path path without the first slash
   * @param options options of curl(1)
   */
  String answer(String path, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("curl", "-s", "-i", "--max-time", "10"));
    command.addAll(List.of(options));
    command.add(page() + path);
    return Shell.output(command.toArray(String[]::new));
  }

  /** Waits until nginx answers, and returns its answer to a request for the page. */
  String awaitPage() throws IOException {
    return awaitAnswer("", "HTTP/1.1 200");
  }

  /** Waits until the answer to a request has a status, and returns the answer. */
  String awaitAnswer(String path, String status) throws IOException {
    Browser.await(
        page() + path,
        () -> Shell.run(folder, "curl -s -i '" + page() + path + "'").output().startsWith(status));
    return answer(path);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  @Override
  public void close() throws IOException {
    nginx.close();
    if (prometheus != null) {
      stopPrometheus();
    }
  }
}
