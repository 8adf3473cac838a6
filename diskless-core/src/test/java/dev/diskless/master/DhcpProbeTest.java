package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DhcpProbeTest {

  @TempDir private Path folder;

  @RequiresRoot("creating a network namespace")
  @RequiresProgram({"dhcpd", "ip", "nsenter"})
  @Test
  void aServerIsHeard() throws IOException {
    try (InputStream in = DhcpProbeTest.class.getResourceAsStream("wire.sh")) {
      Files.copy(in, folder.resolve("wire.sh"));
    }
    Shell.Result result =
        Shell.run(
            folder,
            "unshare --net sh wire.sh . 10.9.0.1 10.9.0.2 '%s' -cp '%s' %s 10.9.0.2"
                .formatted(
                    Path.of(System.getProperty("java.home"), "bin/java"),
                    System.getProperty("java.class.path"),
                    AskTheWire.class.getName()));
    assumeFalse(
        result.output().contains("no veth"), "NOT TESTED: no network of its own can be had here");
    assertThat(result.output()).containsPattern("offers: \\{10\\.9\\.0\\.1=10\\.9\\.0\\.2\\d\\d}");
  }

  @Test
  void anAnswerToSomebodyElseIsNoOffer() {
    ByteBuffer offer = ByteBuffer.wrap(DhcpProbe.discover(7));
    offer.put(0, (byte) 2).put(242, (byte) 2);

    assertThat(DhcpProbe.isOffer(offer, 7)).isTrue();
    assertThat(DhcpProbe.isOffer(offer, 8)).isFalse();
    assertThat(DhcpProbe.isOffer(ByteBuffer.wrap(DhcpProbe.discover(7)), 7)).isFalse();
    assertThat(DhcpProbe.isOffer(offer.slice(0, 100), 7)).isFalse();
  }

  @Test
  void anOptionThatIsCutOffIsNone() {
    ByteBuffer offer = ByteBuffer.wrap(DhcpProbe.discover(7)).slice(0, 242);
    offer.put(0, (byte) 2).put(241, (byte) 9);

    assertThat(DhcpProbe.isOffer(offer, 7)).isFalse();
  }

  @Test
  void theQuestionIsOneOfRfc2131() {
    String hexadecimal = HexFormat.of().formatHex(DhcpProbe.discover(0x01020304));

    assertThat(hexadecimal)
        .startsWith("01010600" + "01020304" + "00008000")
        .contains("02d101020304")
        .contains("63825363" + "350101" + "ff");
  }
}
