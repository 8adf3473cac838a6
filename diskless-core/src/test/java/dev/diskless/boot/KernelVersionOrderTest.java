package dev.diskless.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.testing.RequiresProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KernelVersionOrderTest {

  private static final List<String> ENDS =
      List.of(
          "",
          "-amd64",
          "-arm64",
          "-generic",
          "-rt-amd64",
          "-default",
          ".el7.x86_64",
          ".el8_5.x86_64",
          ".fc41.aarch64",
          ".el9.x86_64+debug",
          ".el9.aarch64+64k");

  /** From the oldest to the newest, as the packages of each distribution were published. */
  private static final List<List<String>> PUBLISHED =
      List.of(
          List.of(
              "3.10.0-957.el7.x86_64",
              "3.10.0-957.1.3.el7.x86_64",
              "3.10.0-957.27.2.el7.x86_64",
              "3.10.0-1160.el7.x86_64",
              "4.18.0-348.el8.x86_64",
              "4.18.0-348.2.1.el8_5.x86_64",
              "4.18.0-348.23.1.el8_5.x86_64",
              "5.14.0-70.13.1.el9_0.x86_64"),
          List.of(
              "5.10.0-0.bpo.3-amd64",
              "5.10.0-8-amd64",
              "6.1.0-9-amd64",
              "6.1.0-37-amd64",
              "6.12-rc6-amd64",
              "6.12.9-amd64",
              "6.12.9+bpo-amd64",
              "6.12.43+deb13-amd64"),
          List.of(
              "5.14.21-150500.53-default",
              "5.14.21-150500.55.39-default",
              "6.4.0-150600.21-default",
              "6.4.0-150600.21.3-default",
              "6.4.0-150600.23.25-default"),
          List.of("6.9.0-rc3", "6.9.0-rc10", "6.9.0", "6.9.12", "6.10.0"));

  @Test
  void publishedKernelsAreInTheirOrder() {
    for (List<String> published : PUBLISHED) {
      List<String> mixed = new ArrayList<>(published);
      Collections.shuffle(mixed, new Random(1));
      mixed.sort(KernelVersionOrder.INSTANCE);
      assertThat(mixed).isEqualTo(published);
    }
  }

  /** Results of the tests of rpm itself, tests/rpmvercmp.at. */
  @Test
  void versionsCompareAsInTheTestsOfRpm() {
    assertThat(List.of("1.0~rc1", "1.0", "1.0^", "1.0^git1", "1.0.1"))
        .isSortedAccordingTo(KernelVersionOrder::compareVersions);
    assertThat(List.of("2a", "2.0")).isSortedAccordingTo(KernelVersionOrder::compareVersions);
    assertThat(List.of("5.5p1", "5.5p2", "5.5p10"))
        .isSortedAccordingTo(KernelVersionOrder::compareVersions);
    assertThat(KernelVersionOrder.compareVersions("2_0", "2.0")).isNotZero();
  }

  @Test
  void theOrderIsTotal() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    KernelVersionOrder order = KernelVersionOrder.INSTANCE;
    for (int round = 0; round < 20_000; round++) {
      String a = version(random);
      String b = version(random);
      String c = version(random);
      String drawn = "seed %d: %s %s %s".formatted(seed, a, b, c);
      int ab = Integer.signum(order.compare(a, b));
      assertThat(Integer.signum(order.compare(b, a))).as(drawn).isEqualTo(-ab);
      assertThat(ab == 0).as(drawn).isEqualTo(a.equals(b));
      if (ab <= 0 && order.compare(b, c) <= 0) {
        assertThat(order.compare(a, c)).as(drawn).isLessThanOrEqualTo(0);
      }
    }
  }

  @RequiresProgram("dpkg")
  @Test
  void kernelsOfDebianCompareAsDpkgComparesThem() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      String a = number(random) + tail(random) + "-amd64";
      String b = number(random) + tail(random) + "-amd64";
      int order = KernelVersionOrder.compareVersions(a, b);
      String relation = order < 0 ? "lt" : order > 0 ? "gt" : "eq";
      assertThat(dpkg(a, relation, b)).as("seed %d: %s %s %s", seed, a, relation, b).isTrue();
    }
  }

  private static boolean dpkg(String one, String relation, String other)
      throws IOException, InterruptedException {
    return new ProcessBuilder(
                "dpkg",
                "--compare-versions",
                one.replace("-rc", "~rc"),
                relation,
                other.replace("-rc", "~rc"))
            .start()
            .waitFor()
        == 0;
  }

  private static String version(Random random) {
    return number(random) + tail(random) + ENDS.get(random.nextInt(ENDS.size()));
  }

  /** Few numbers, so that many versions have the same beginning. */
  private static String number(Random random) {
    return "6." + random.nextInt(2) + (random.nextBoolean() ? "." + random.nextInt(11) : "");
  }

  private static String tail(Random random) {
    StringBuilder tail = new StringBuilder(random.nextInt(4) == 0 ? "-rc" + random.nextInt(3) : "");
    int parts = random.nextInt(4);
    for (int i = 0; i < parts; i++) {
      // No kernel of Debian has a point and letters right after upstream's version.
      tail.append(List.of("-", "+", ".").get(random.nextInt(i == 0 ? 2 : 3)));
      tail.append(
          List.of("1", "9", "10", "09", "deb12", "bpo", "a", "b1.2").get(random.nextInt(8)));
    }
    return tail.toString();
  }
}
