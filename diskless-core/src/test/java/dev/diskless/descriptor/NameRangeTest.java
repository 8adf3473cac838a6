package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Node;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NameRangeTest {

  @TempDir Path dir;

  static LongStream seeds() {
    return LongStream.range(0, 30);
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static Optional<NameRange> read(String text, Problems problems) {
    return NameRange.read(new Text(text, new Location("test", 1, 1)), problems);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "node          | node",
        "node[1]       | node1",
        "node[1-3]     | node1 node2 node3",
        "node[8-11]    | node8 node9 node10 node11",
        "node[08-11]   | node08 node09 node10 node11",
        "node[098-101] | node098 node099 node100 node101",
        "node[9-010]   | ",
        "node[0-1]     | node0 node1",
        "node[1-3,7]   | node1 node2 node3 node7",
        "node[1, 5 ]   | node1 node5",
        "node[01,5]    | node01 node5",
        "n[1-2]-ib     | n1-ib n2-ib",
        "r[1-2]n[1-2]  | r1n1 r1n2 r2n1 r2n2",
        "[1-2]         | 1 2",
      })
  void rangesAreWrittenAsClusterShellWritesThem(String text, String names) {
    Problems problems = new Problems();
    List<String> read = read(text, problems).map(NameRange::names).orElse(List.of());
    assertThat(String.join(" ", read)).isEqualTo(names == null ? "" : names);
    assertThat(problems.hasErrors()).isEqualTo(names == null);
  }

  /** A range of width and count made up must come back as just the names it was made from. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aRangeHasEveryNumberOnceInOrderAndPadded(long seed) {
    RandomGenerator random = random(seed);
    int width = 1 + random.nextInt(6);
    int first = random.nextInt((int) Math.pow(10, width));
    int last = Math.min(first + random.nextInt(3000), (int) Math.pow(10, width) - 1);
    String low = pad(first, width);
    String high = pad(last, width);

    List<String> names = read("x[" + low + "-" + high + "]y", new Problems()).orElseThrow().names();

    assertThat(names)
        .describedAs("seed %d", seed)
        .hasSize(last - first + 1)
        .doesNotHaveDuplicates();
    for (int i = 0; i < names.size(); i++) {
      assertThat(names.get(i))
          .describedAs("seed %d", seed)
          .isEqualTo("x" + pad(first + i, width) + "y");
    }
  }

  private static String pad(int number, int width) {
    String digits = Integer.toString(number);
    return "0".repeat(width - digits.length()) + digits;
  }

  /** Whatever is written in brackets: names or a problem, never an exception, never both. */
  @ParameterizedTest
  @MethodSource("seeds")
  void anyTextIsReadOrRefused(long seed) {
    RandomGenerator random = random(seed);
    String alphabet = "a1209[]-,+ ";
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Problems problems = new Problems();
      Optional<NameRange> range = read(text.toString(), problems);
      assertThat(range.isEmpty())
          .describedAs("seed %d, range \"%s\"", seed, text)
          .isEqualTo(problems.hasErrors());
      range.ifPresent(r -> assertThat(r.names()).isNotEmpty().hasSizeLessThanOrEqualTo(65_536));
    }
  }

  /** MACs and addresses count with carry, held against plain arithmetic of numbers. */
  @ParameterizedTest
  @MethodSource("seeds")
  void addressesCountUpWithCarry(long seed) throws IOException {
    RandomGenerator random = random(seed);
    int count = 1 + random.nextInt(2000);
    long mac = (random.nextLong(1L << 47) & ~(1L << 40)) + 1;
    long address = (10L << 24) + 1 + random.nextLong((1 << 24) - 2 - count);
    String yaml =
        """
        networks: [{ subnet: 10.0.0.0/8 }, { subnet: 192.168.45.0/24 }]
        nodes: [{ name: "n[1-%d]", mac: "%s+", address: %s+, group: compute }]
        """
            .formatted(count, macText(mac), addressText(address));

    List<Node> nodes = Reading.cluster(dir, SoundDescriptor.with(yaml)).nodes();

    assertThat(nodes).describedAs("seed %d", seed).hasSize(count);
    Set<String> macs = new HashSet<>();
    for (int i = 0; i < count; i++) {
      Node node = nodes.get(i);
      assertThat(node.mac().toString()).describedAs("seed %d", seed).isEqualTo(macText(mac + i));
      assertThat(node.address().toString())
          .describedAs("seed %d", seed)
          .isEqualTo(addressText(address + i));
      macs.add(node.mac().toString());
    }
    assertThat(macs).hasSize(count);
  }

  private static String macText(long mac) {
    StringBuilder text = new StringBuilder();
    for (int shift = 40; shift >= 0; shift -= 8) {
      text.append(text.isEmpty() ? "" : ":").append("%02x".formatted(mac >> shift & 0xFF));
    }
    return text.toString();
  }

  private static String addressText(long address) {
    return "%d.%d.%d.%d"
        .formatted(address >> 24 & 0xFF, address >> 16 & 0xFF, address >> 8 & 0xFF, address & 0xFF);
  }

  /**
   * Whether an address is taken, refused as an end, or in no network follows from numbers alone.
   */
  @ParameterizedTest
  @MethodSource("seeds")
  void addressesAreHeldAgainstTheirSubnet(long seed) throws IOException {
    RandomGenerator random = random(seed);
    for (int i = 0; i < 10; i++) {
      int prefix = 20 + random.nextInt(11);
      long size = 1L << 32 - prefix;
      long subnet = (172L << 24) + (16L << 16) + random.nextLong(1 << 16) / size * size;
      long address = subnet - 2 + random.nextLong(Math.min(size, 6) + 4);
      if (random.nextBoolean()) {
        address = subnet + size + 1 - random.nextLong(4);
      }
      String yaml =
          """
          networks: [{ subnet: %s/%d }, { subnet: 192.168.45.0/24 }]
          nodes: [{ name: n1, mac: "52:54:00:00:00:01", address: %s, group: compute }]
          """
              .formatted(addressText(subnet), prefix, addressText(address));
      String told = String.join("\n", Reading.problems(dir, SoundDescriptor.with(yaml)));
      String expected;
      if (address < subnet || address >= subnet + size) {
        expected = "is in no network";
      } else if (address == subnet) {
        expected = "is the network address";
      } else if (address == subnet + size - 1) {
        expected = "is the broadcast address";
      } else {
        expected = "";
      }
      assertThat(told).describedAs("seed %d:\n%s", seed, yaml).contains(expected);
      assertThat(told.isEmpty())
          .describedAs("seed %d:\n%s", seed, yaml)
          .isEqualTo(expected.isEmpty());
    }
  }
}
