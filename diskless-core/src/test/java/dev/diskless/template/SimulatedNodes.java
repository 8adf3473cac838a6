package dev.diskless.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One server in place of the exporters of many nodes, for pictures and measurements. The path of a
 * request is the name of a node. A few nodes do not answer, or run an old release.
 */
final class SimulatedNodes implements AutoCloseable {

  private static final long GIB = 1L << 30;
  private static final double DAY = 86400;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final String version;
  private final double start = System.currentTimeMillis() / 1000.0;

  /**
   * Starts the server.
   *
   * @param version release that most nodes run
   */
  SimulatedNodes(String version) throws IOException {
    this.version = version;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Returns the address and path of a node. */
  String target(String node) {
    return "127.0.0.1:" + server.getAddress().getPort() + "/" + node;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String node = exchange.getRequestURI().getPath().substring(1);
    Random random = new Random(node.hashCode() * 0x9E3779B97F4A7C15L);
    boolean isDown = random.nextInt(25) == 0;
    byte[] body = isDown ? new byte[0] : metrics(random).getBytes(UTF_8);
    exchange.sendResponseHeaders(isDown ? 503 : 200, isDown ? -1 : body.length);
    if (!isDown) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private String metrics(Random random) {
    double now = System.currentTimeMillis() / 1000.0;
    double busy = Math.min(1.1, Math.abs(0.6 + 0.35 * random.nextGaussian()));
    double load = 64 * Math.max(0, busy + 0.04 * Math.sin(now / 60 + random.nextInt(100)));
    double used = random.nextInt(30) == 0 ? 0.97 : 0.05 + 0.8 * random.nextDouble();
    double bytes = 4e8 * Math.pow(random.nextDouble(), 4);
    boolean isOld = random.nextInt(20) == 0;
    return String.format(
        Locale.ROOT,
        """
        diskless_node_info{version="%s"} 1
        diskless_node_cpus 64
        node_load1 %.2f
        node_memory_MemTotal_bytes %d
        node_memory_MemAvailable_bytes %.0f
        node_network_receive_bytes_total{device="eth0"} %.0f
        node_network_transmit_bytes_total{device="eth0"} %.0f
        node_processes_pids %d
        node_hwmon_temp_celsius{chip="cpu",sensor="temp1"} %.1f
        node_boot_time_seconds %.0f
        """,
        isOld ? "0.9" : version,
        load,
        256 * GIB,
        256 * GIB * (1 - used),
        bytes * (now - start),
        0.4 * bytes * (now - start),
        (int) (200 + 300 * busy),
        38 + 35 * busy + 3 * random.nextDouble(),
        start - (isOld ? 40 : 2.5) * DAY);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
