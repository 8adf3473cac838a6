package dev.diskless.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Chromium without a window, which chromedriver controls (WebDriver,
 * https://www.w3.org/TR/webdriver2/). It has a new profile in a directory of the test.
 */
public final class Browser implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 50;

  private final JsonMapper json = JsonMapper.shared();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Process driver;
  private final String address;
  private String session = "";

  private Browser(Process driver, int port) {
    this.driver = driver;
    this.address = "http://127.0.0.1:" + port;
  }

  /**
   * Starts the browser.
   *
   * @param folder directory for the profile and the log
   */
  public static Browser start(Path folder) throws IOException {
    int port = Ports.free();
    Path profile = Files.createDirectories(folder.resolve("profile"));
    ProcessBuilder builder =
        new ProcessBuilder(Shell.path("chromedriver"), "--port=" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("chromedriver.log").toFile());
    // Chromium and its driver write caches and settings below the home.
    builder.environment().put("HOME", folder.toString());
    Browser browser = new Browser(builder.start(), port);
    try {
      browser.open(profile);
    } catch (IOException | RuntimeException | AssertionError e) {
      browser.close();
      throw e;
    }
    return browser;
  }

  private void open(Path profile) throws IOException {
    await("chromedriver", this::isReady);
    Map<String, Object> options =
        Map.of(
            "binary",
            Shell.path("chromium"),
            "args",
            List.of(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + profile));
    JsonNode opened =
        send(
            "POST",
            "/session",
            Map.of(
                "capabilities",
                Map.of(
                    "alwaysMatch",
                    Map.of(
                        "browserName",
                        "chrome",
                        "goog:chromeOptions",
                        options,
                        "goog:loggingPrefs",
                        Map.of("browser", "ALL")))));
    session = "/session/" + opened.path("sessionId").asString();
    command("Performance.enable", Map.of("timeDomain", "threadTicks"));
  }

  private boolean isReady() {
    try {
      return send("GET", "/status", null).path("ready").asBoolean();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Opens a page, and waits until it is loaded. */
  public void open(String url) throws IOException {
    send("POST", session + "/url", Map.of("url", url));
  }

  /** Sets the size of the page in pixels. */
  public void resize(int width, int height) throws IOException {
    command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Chooses the light or the dark colours. */
  public void colors(String scheme) throws IOException {
    command(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  private JsonNode command(String name, Map<String, Object> parameters) throws IOException {
    return send("POST", session + "/goog/cdp/execute", Map.of("cmd", name, "params", parameters));
  }

  /** Returns what the body of a function of JavaScript returns. */
  public JsonNode run(String body, Object... arguments) throws IOException {
    return send(
        "POST", session + "/execute/sync", Map.of("script", body, "args", List.of(arguments)));
  }

  /**
   * Returns the CPU time that the page has used since it was opened, in milliseconds. Unlike
   * elapsed time, it hardly depends on other work of this machine.
   */
  public double cpuMilliseconds() throws IOException {
    return command("Performance.getMetrics", Map.of())
        .path("metrics")
        .valueStream()
        .filter(each -> each.path("name").asString().equals("TaskDuration"))
        .mapToDouble(each -> 1000 * each.path("value").asDouble())
        .sum();
  }

  /** Returns the text of an element as the user sees it; empty if it is missing or hidden. */
  public String text(String selector) throws IOException {
    return run(
            "const found = document.querySelector(arguments[0]);"
                + " return found?.checkVisibility() ? found.innerText : ''",
            selector)
        .asString();
  }

  /** Waits until the text of an element fulfils a condition, and returns it. */
  public String awaitText(String selector, Predicate<String> condition) throws IOException {
    await(selector + " of the page", () -> condition.test(text(selector)));
    return text(selector);
  }

  /** Clicks on an element. */
  public void click(String selector) throws IOException {
    send("POST", element(selector) + "/click", Map.of());
  }

  /** Types text into an element, in place of its text. */
  public void type(String selector, String text) throws IOException {
    String element = element(selector);
    send("POST", element + "/clear", Map.of());
    send("POST", element + "/value", Map.of("text", text));
  }

  private String element(String selector) throws IOException {
    JsonNode found =
        send("POST", session + "/element", Map.of("using", "css selector", "value", selector));
    return session + "/element/" + found.iterator().next().asString();
  }

  /** Writes a picture of the visible part of the page (PNG). */
  public void screenshot(Path file) throws IOException {
    JsonNode picture = send("GET", session + "/screenshot", null);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(picture.asString()));
  }

  /** Returns the errors and warnings of the console since the last call. */
  public List<String> console() throws IOException {
    return send("POST", session + "/se/log", Map.of("type", "browser"))
        .valueStream()
        .map(each -> each.path("level").asString() + " " + each.path("message").asString())
        .toList();
  }

  /** Condition that may fail with an error of input or output. */
  public interface Condition {

    /** Whether the condition is fulfilled. */
    boolean isMet() throws IOException;
  }

  /** Waits until a condition is fulfilled, at most one minute. */
  public static void await(String what, Condition condition) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.isMet()) {
      assertThat(System.nanoTime()).as("%s after %s", what, LIMIT).isLessThan(end);
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }

  private JsonNode send(String method, String path, Object body) throws IOException {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path))
            .timeout(LIMIT)
            .method(method, publisher)
            .build();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      JsonNode value = json.readTree(response.body()).path("value");
      if (response.statusCode() != 200) {
        throw new IOException(path + ": " + value.path("message").asString());
      }
      return value;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (!session.isEmpty()) {
        send("DELETE", session, null);
      }
    } finally {
      driver.descendants().forEach(ProcessHandle::destroyForcibly);
      driver.destroy();
      try {
        driver.waitFor(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
