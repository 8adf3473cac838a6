package dev.diskless.template;

import dev.diskless.model.Cluster;
import dev.diskless.testing.Clusters;

/**
 * Measures the rendering of clusters of growing size, and prints milliseconds and the ratio to the
 * size before. Run its {@code main} by hand; no test depends on the clock.
 */
final class RenderBenchmark {

  private RenderBenchmark() {}

  public static void main(String[] arguments) {
    for (int warmUp = 0; warmUp < 8; warmUp++) {
      milliseconds(Clusters.ofSize(500));
    }
    double before = Double.NaN;
    for (int size : new int[] {250, 500, 1000, 2000, 4000}) {
      double now = milliseconds(Clusters.ofSize(size));
      System.out.printf("%5d nodes %7.0f ms, ratio %.2f%n", size, now, now / before);
      before = now;
    }
  }

  private static double milliseconds(Cluster cluster) {
    long start = System.nanoTime();
    Rendered.layers(cluster, Rendered.shipped(cluster));
    return (System.nanoTime() - start) / 1e6;
  }
}
