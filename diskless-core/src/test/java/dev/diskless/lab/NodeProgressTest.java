package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.model.DhcpServer;
import dev.diskless.model.Master;
import dev.diskless.model.NameServer;
import dev.diskless.model.NfsServer;
import dev.diskless.model.Node;
import dev.diskless.testing.Clusters;
import org.junit.jupiter.api.Test;

class NodeProgressTest {

  private static final String RELEASE = "/srv/diskless/lab/releases/1.0";

  private final Cluster cluster = Clusters.lab();
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
    full.consoleSays("\u001B[47mWelcome to GRUB!\u001B[37m\r");
    assertThat(full.stage()).isEqualTo(Stage.POWER_ON);

    full.consoleSays("[    0.000000] Linux version 6.1.0-56-cloud-amd64 (debian-kernel@)\r");
    assertThat(full.stage()).isEqualTo(Stage.KERNEL);

    full.consoleSays("Welcome to \u001B[1mDebian GNU/Linux 12 (bookworm)\u001B[0m!\r");
    assertThat(full.stage()).isEqualTo(Stage.INIT);
    assertThat(full.lastLines()).last().isEqualTo("Welcome to Debian GNU/Linux 12 (bookworm)!");
  }

  @Test
  void theHttpServerTellsTheSame() {
    String line =
        "[   66.1] master nginx[611]: 192.168.45.45 - - [01/Jan/2026:00:00:00 +0000] \"GET %s"
            + " HTTP/1.1\" %d 812 \"-\" \"iPXE/1.21.1\"";
    full.masterSays(line.formatted("/boot.ipxe", 200));
    assertThat(full.stage()).isEqualTo(Stage.LOADER);

    full.masterSays(line.formatted("/golden/vmlinuz", 404));
    assertThat(full.stage()).isEqualTo(Stage.LOADER);
    assertThat(full.missingFile()).contains("golden/vmlinuz");
    assertThat(full.server()).isEqualTo("HTTP");

    full.masterSays(line.replace("45.45 ", "45.4 ").formatted("/golden/vmlinuz", 200));
    assertThat(full.stage()).isEqualTo(Stage.LOADER);
    overlay.masterSays(line.replace("45.45 ", "45.46 ").formatted("/golden/vmlinuz", 200));
    assertThat(overlay.stage()).isEqualTo(Stage.KERNEL);
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

  @Test
  void keaTellsOfOffers() {
    full.masterSays(
        "[   76.9] master kea-dhcp4[364]: 2026-11-23 05:35:37.337 INFO  [kea-dhcp4.leases/364.1]"
            + " DHCP4_LEASE_ADVERT [hwtype=1 68:00:10:37:09:83], cid=[01:68:00:10:37:09:83],"
            + " tid=0x2787d161: lease 192.168.45.45 will be advertised");

    assertThat(full.stage()).isEqualTo(Stage.OFFER);
  }

  @Test
  void dnsmasqTellsOfOffersAndFiles() {
    full.masterSays(
        "[ 1.1] master dnsmasq-dhcp[9]: DHCPOFFER(eth0) 192.168.45.45 68:00:10:37:09:83");
    assertThat(full.stage()).isEqualTo(Stage.OFFER);

    full.masterSays(
        "[ 1.2] master dnsmasq-tftp[9]: sent /tftpboot/boot/pxelinux.0 to 192.168.45.45");
    assertThat(full.stage()).isEqualTo(Stage.LOADER);

    full.masterSays(
        "[ 1.3] master dnsmasq-tftp[9]: file /tftpboot/boot/golden/vmlinuz not found for"
            + " 192.168.45.45");
    assertThat(full.stage()).isEqualTo(Stage.LOADER);
    assertThat(full.missingFile()).contains("golden/vmlinuz");

    full.masterSays(
        "[ 1.4] master dnsmasq-tftp[9]: sent /tftpboot/boot/golden/vmlinuz to 192.168.45.45");
    assertThat(full.stage()).isEqualTo(Stage.KERNEL);
  }

  @Test
  void aMachineThatDhcpDoesNotKnowGetsAnotherAddress() {
    assertThat(diagnosis(full).what())
        .isEqualTo("the master received nothing from" + " 68:00:10:37:09:83");

    full.masterSays("[ 1.1] master dhcpd[9]: DHCPDISCOVER from 68:00:10:37:09:83 via eth0");
    assertThat(diagnosis(full).what())
        .contains("received a request from 68:00:10:37:09:83 but has no address");

    full.masterSays("[ 1.2] dhcpd[9]: DHCPOFFER on 192.168.45.253 to 68:00:10:37:09:83 via eth0");
    assertThat(full.stage()).isEqualTo(Stage.POWER_ON);
    assertThat(diagnosis(full).what()).contains("offered 192.168.45.253 to 68:00:10:37:09:83");
    assertThat(diagnosis(full).remedy()).endsWith("-Ddiskless.file=etc/dhcp/dhcpd.conf");
    assertThat(full.masterLines()).hasSize(2);
  }

  @Test
  void aFileThatIsNotThereWasNotFetched() {
    full.masterSays("[ 1.1] dhcpd[9]: DHCPOFFER on 192.168.45.45 to 68:00:10:37:09:83 via eth0");
    full.masterSays("[ 1.2] in.tftpd[9]: RRQ from 192.168.45.45 filename none.0");
    full.masterSays("[ 1.3] in.tftpd[9]: sending NAK (1, File not found) to 192.168.45.45");
    assertThat(full.stage()).isEqualTo(Stage.OFFER);
    assertThat(diagnosis(full).what()).isEqualTo("the TFTP server has no none.0");

    // It asks over and over, and so never begins the time for the next stage anew.
    full.masterSays("[ 1.4] in.tftpd[9]: RRQ from 192.168.45.45 filename none.0");
    assertThat(full.stage()).isEqualTo(Stage.OFFER);
  }

  @Test
  void aLoaderMayAskForWhatIsNotThere() {
    full.masterSays("[ 1.2] in.tftpd[9]: RRQ from 192.168.45.45 filename pxelinux.0");
    full.masterSays("[ 1.3] in.tftpd[9]: RRQ from 192.168.45.45 filename pxelinux.cfg/01-68");
    full.masterSays("[ 1.4] in.tftpd[9]: sending NAK (1, File not found) to 192.168.45.45");
    assertThat(full.stage()).isEqualTo(Stage.LOADER);

    full.masterSays("[ 1.5] in.tftpd[9]: RRQ from 192.168.45.45 filename golden/vmlinuz");
    full.masterSays("[ 1.6] in.tftpd[9]: sending NAK (1, File not found) to 192.168.45.45");
    assertThat(full.stage()).isEqualTo(Stage.LOADER);
    assertThat(diagnosis(full).what()).isEqualTo("the TFTP server has no golden/vmlinuz");
  }

  @Test
  void aMountThatIsRefusedIsTold() {
    full.reach(Stage.KERNEL);
    full.masterSays(
        "[ 1.7] rpc.mountd[9]: refused mount request from 192.168.45.45 for "
            + RELEASE
            + "/192.168.45.45 (/): not exported");

    assertThat(diagnosis(full).what())
        .isEqualTo("the master rejects its mount of " + RELEASE + "/192.168.45.45");
  }

  @Test
  void whatInitWaitsForIsTold() {
    full.reach(Stage.INIT);
    full.consoleSays("[  OK  ] Reached target local-fs.target.");
    for (int i = 0; i < 30; i++) {
      full.consoleSays(
          ("\u001B[K[ \u001B[0;31m*\u001B[0;1;31m*\u001B[0m\u001B[0;31m* \u001B[0m] A start job is"
                  + " running for A service that is never ready (%ds / no limit)")
              .formatted(i));
    }
    assertThat(full.lastLines())
        .hasSize(2)
        .last()
        .asString()
        .endsWith("A start job is running for A service that is never ready (29s / no limit)");
    assertThat(diagnosis(full).what()).isEqualTo("it waits for A service that is never ready");

    full.waitsFor("endless.service (start)");
    assertThat(diagnosis(full).what()).isEqualTo("it waits for endless.service (start)");
  }

  @Test
  void beforeARebootWhatItSaysIsOfTheEarlierBoot() {
    NodeProgress again = new NodeProgress(cluster, cluster.nodes().get(0), Stage.SHUTDOWN);

    again.consoleSays("[  OK  ] Stopped target multi-user.target.");
    again.consoleSays("Welcome to whoever still logs in");
    assertThat(again.stage()).isEqualTo(Stage.SHUTDOWN);

    again.consoleSays("[  331.2] reboot: Restarting system");
    assertThat(again.stage()).isEqualTo(Stage.POWER_ON);

    again.consoleSays("[    0.000000] Linux version 6.1.0");
    assertThat(again.stage()).isEqualTo(Stage.KERNEL);
  }

  @Test
  void theFileThatIsNamedIsTheOneThatThisClusterHas() {
    Cluster howto = Clusters.lab();
    String kernels = "mvn -q diskless:show -Ddiskless.file=etc/exports.d/diskless.exports";
    assertThat(refusedMount(howto).remedy()).endsWith(": " + kernels);

    Cluster ganesha =
        new Cluster(
            howto.name(),
            howto.domain(),
            howto.version(),
            new Master(
                "master",
                howto.master().address(),
                "eth0",
                DhcpServer.ISC,
                false,
                NfsServer.GANESHA,
                NameServer.NONE,
                Master.DEFAULT_DIRECTORY),
            howto.networks(),
            howto.images(),
            howto.groups(),
            howto.nodes(),
            howto.resources());
    assertThat(refusedMount(ganesha).remedy())
        .endsWith("mvn -q diskless:show -Ddiskless.file=etc/ganesha/ganesha.conf");

    Cluster ofRack2 = Clusters.labWithTwoMasters().perMaster().get(1);
    assertThat(refusedMount(ofRack2).remedy())
        .endsWith(
            "mvn -q diskless:show -Ddiskless.master=rack2"
                + " -Ddiskless.file=etc/exports.d/diskless.exports");
  }

  private static Diagnosis refusedMount(Cluster cluster) {
    Node node = cluster.nodes().get(0);
    NodeProgress progress = new NodeProgress(cluster, node, Stage.ROOT);
    progress.masterSays(
        "rpc.mountd[1]: refused mount request from %s for /srv/x (/): not exported"
            .formatted(node.address()));
    return Diagnosis.of(cluster, node, progress, "");
  }

  private Diagnosis diagnosis(NodeProgress progress) {
    return Diagnosis.of(cluster, cluster.nodes().get(0), progress, "");
  }
}
