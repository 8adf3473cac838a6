package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.TestClusters;
import dev.diskless.model.Cluster;
import org.junit.jupiter.api.Test;

class NodeProgressTest {

  private static final String RELEASE = "/srv/diskless/lab/releases/1.0";

  private final Cluster cluster = TestClusters.howto();
  private final NodeProgress full =
      new NodeProgress(cluster, cluster.nodes().get(0), Stage.POWER_ON);
  private final NodeProgress overlay =
      new NodeProgress(cluster, cluster.nodes().get(1), Stage.POWER_ON);

  @Test
  void theMastersServicesTellHowFarANodeIs() {
    assertThat(full.stage()).isEqualTo(Stage.POWER_ON);

    full.masterSays("[  71.1] dhcpd[9]: DHCPOFFER on 192.168.45.45 to 68:00:10:37:09:83 via eth0");
    assertThat(full.stage()).isEqualTo(Stage.OFFER);

    full.masterSays("[  72.1] in.tftpd[9]: RRQ from 192.168.45.45 filename pxelinux.0");
    assertThat(full.stage()).isEqualTo(Stage.LOADER);

    full.masterSays("[  73.1] in.tftpd[9]: RRQ from 192.168.45.45 filename golden/vmlinuz");
    assertThat(full.stage()).isEqualTo(Stage.KERNEL);

    full.masterSays(
        "[  74.1] rpc.mountd[9]: authenticated mount request from 192.168.45.45:883 for "
            + RELEASE
            + "/192.168.45.45 ("
            + RELEASE
            + "/192.168.45.45)");
    assertThat(full.stage()).isEqualTo(Stage.ROOT);
  }

  @Test
  void whatTheyTellOfOthersIsNotTakenForIt() {
    full.masterSays("dhcpd[9]: DHCPOFFER on 192.168.45.46 to 68:00:10:37:09:84 via eth0");
    full.masterSays("in.tftpd[9]: RRQ from 192.168.45.4 filename golden/vmlinuz");
    full.masterSays(
        "rpc.mountd[9]: authenticated mount request from 192.168.45.46:883 for " + RELEASE);
    assertThat(full.stage()).isEqualTo(Stage.POWER_ON);
  }

  @Test
  void dataThatANodeMountsIsNotItsRoot() {
    full.masterSays(
        "rpc.mountd[9]: authenticated mount request from 192.168.45.45:883 for /home (/home)");

    assertThat(full.stage()).isEqualTo(Stage.POWER_ON);
  }

  @Test
  void anyPartOfAnOverlayIsItsRoot() {
    overlay.masterSays(
        "rpc.mountd[9]: authenticated mount request from 192.168.45.46:883 for "
            + RELEASE
            + "/images/golden ("
            + RELEASE
            + "/images/golden)");

    assertThat(overlay.stage()).isEqualTo(Stage.ROOT);
  }

  @Test
  void itsConsoleTellsOfKernelAndInit() {
    full.consoleSays("[    0.000000] Linux version 6.1.0-56-cloud-amd64 (debian-kernel@)\r");
    assertThat(full.stage()).isEqualTo(Stage.KERNEL);

    full.consoleSays("Welcome to \u001B[1mDebian GNU/Linux 12 (bookworm)\u001B[0m!\r");
    assertThat(full.stage()).isEqualTo(Stage.INIT);
    assertThat(full.lastLines()).last().isEqualTo("Welcome to Debian GNU/Linux 12 (bookworm)!");
  }

  @Test
  void noStageIsLeftForAnEarlierOne() {
    full.reach(Stage.UP);
    full.masterSays("dhcpd[9]: DHCPOFFER on 192.168.45.45 to 68:00:10:37:09:83 via eth0");

    assertThat(full.stage()).isEqualTo(Stage.UP);
  }

  @Test
  void unitsThatFailAreKept() {
    full.consoleSays("[\u001B[0;1;31mFAILED\u001B[0m] Failed to mount home.mount - /home.\r");
    full.consoleSays("[  OK  ] Started ssh.service.");

    assertThat(full.failedUnits()).containsExactly("Failed to mount home.mount - /home.");
  }

  @Test
  void onlyTheLastLinesAreKept() {
    for (int i = 0; i < 100; i++) {
      full.consoleSays("line " + i);
      full.consoleSays("");
    }

    assertThat(full.lastLines()).hasSize(15).last().isEqualTo("line 99");
  }
}
