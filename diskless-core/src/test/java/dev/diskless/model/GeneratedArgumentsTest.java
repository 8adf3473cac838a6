package dev.diskless.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.testing.Clusters;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratedArgumentsTest {

  static Stream<Cluster> clusters() {
    return Stream.of(
        Clusters.howto(),
        Clusters.twoNetworks(),
        Clusters.everyRoot(),
        Clusters.withGroups(
            Clusters.howto(), g -> g.toBuilder().initramfs(InitramfsSource.NONE).build()));
  }

  @ParameterizedTest
  @MethodSource("clusters")
  void eachArgumentThatDisklessSetsHasARemedy(Cluster cluster) {
    for (Node node : cluster.nodes()) {
      List<String> users = node.group().kernelArgs();
      assertThat(BootEntry.of(cluster, node).arguments())
          .filteredOn(argument -> !users.contains(argument))
          .isNotEmpty()
          .allSatisfy(argument -> assertThat(GeneratedArguments.remedyFor(argument)).isPresent());
    }
  }

  @Test
  void aQuotedArgumentIsTheSameArgument() {
    assertThat(GeneratedArguments.remedyFor("\"root=/dev/sda1\"")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"quiet", "console=ttyS0", "rootdelay=5", "iommu=pt", "init_on_alloc=1"})
  void usersSetOtherArguments(String argument) {
    assertThat(GeneratedArguments.remedyFor(argument)).isEmpty();
  }
}
