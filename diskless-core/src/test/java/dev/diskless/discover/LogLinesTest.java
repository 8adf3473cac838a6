package dev.diskless.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogLinesTest {

  private static final Instant WRITTEN = Instant.parse("2026-01-02T00:00:00Z");

  private final LogLines lines = new LogLines(ZoneId.of("Europe/Berlin"));

  @Test
  void anOldLineIsOfTheYearInWhichTheFileWasWrittenOrOfTheOneBefore() {
    assertThat(
            time("Jan  1 10:00:00 master dhcpd[1]: DHCPDISCOVER from 52:54:00:00:09:09 via eth0"))
        .contains(Instant.parse("2026-01-01T09:00:00Z"));
    assertThat(time("Dec 31 10:00:00 master dhcpd: DHCPDISCOVER from 52:54:00:00:09:09 via eth0"))
        .contains(Instant.parse("2025-12-31T09:00:00Z"));
  }

  @Test
  void whatAnyOtherProgramSaysIsNoTrace() {
    assertThat(
            lines.line(
                "2026-01-01T10:00:00+00:00 master sshd[1]: DHCPDISCOVER from 52:54:00:00:09:09 via x",
                WRITTEN))
        .isEmpty();
    assertThat(
            lines.line(
                "2026-01-01T10:00:00+00:00 master dhcpd[1]: Listening on LPF/eno2/x/10.1.0.0/24",
                WRITTEN))
        .isEmpty();
  }

  @Test
  void anAddressThatIsOnlyWantedIsNotTheMachines() {
    Sighting asked =
        lines
            .line(
                "2026-01-01T10:00:00+00:00 m dhcpd[1]: DHCPREQUEST for 10.9.9.9 (10.1.0.1) from 52:54:00:00:09:0A via eth0",
                WRITTEN)
            .orElseThrow();
    assertThat(asked.mac()).isEqualTo("52:54:00:00:09:0a");
    assertThat(asked.address()).isEmpty();
  }

  @Test
  void loadersTellTheMacInTheNameOfAFile() {
    assertThat(
            lines
                .line(
                    "2026-01-01T10:00:00+00:00 m in.tftpd[9]: RRQ from 10.1.0.200 filename pxelinux.cfg/01-52-54-00-00-09-0c",
                    WRITTEN)
                .map(Sighting::mac))
        .contains("52:54:00:00:09:0c");
    assertThat(
            lines
                .line(
                    "2026-01-01T10:00:00+00:00 m dnsmasq-tftp[9]: file /tftpboot/boot/grub/grub.cfg-01-52-54-00-00-09-0d not found for 10.1.0.5",
                    WRITTEN)
                .map(Sighting::mac))
        .contains("52:54:00:00:09:0d");
  }

  @Test
  void theJournal() {
    Sighting sighting =
        lines
            .journal(
                "{\"__REALTIME_TIMESTAMP\":\"1795448180943000\",\"SYSLOG_IDENTIFIER\":\"dhcpd\",\"MESSAGE\":\"DHCPOFFER on 10.1.0.200 to 52:54:00:00:09:09 via eth0\"}")
            .orElseThrow();
    assertThat(sighting)
        .isEqualTo(
            new Sighting(
                "52:54:00:00:09:09",
                Optional.of(Instant.parse("2026-11-23T15:36:20.943Z")),
                Optional.of("10.1.0.200"),
                Optional.empty()));
    // What is no UTF-8 comes as numbers (systemd.journal-fields(7), "JSON").
    assertThat(lines.journal("{\"SYSLOG_IDENTIFIER\":\"dhcpd\",\"MESSAGE\":[68,255]}")).isEmpty();
    assertThat(lines.journal("{\"SYSLOG_IDENT")).isEmpty();
  }

  @Test
  void aNumberThatAnotherMachineTakesUpGivesItNoArchitecture() {
    String start = "2026-01-01T10:00:00+00:00 m dnsmasq-dhcp[1]: 77 ";
    lines.line(start + "available DHCP range: 10.1.0.200 -- 10.1.0.220", WRITTEN);
    lines.line(start + "vendor class: PXEClient:Arch:00007:UNDI:003016", WRITTEN);
    assertThat(
            lines
                .line(start + "DHCPDISCOVER(eth0) 52:54:00:00:09:09 ", WRITTEN)
                .orElseThrow()
                .architecture())
        .contains(7);
    lines.line(start + "available DHCP range: 10.1.0.200 -- 10.1.0.220", WRITTEN);
    assertThat(
            lines
                .line(start + "DHCPDISCOVER(eth0) 52:54:00:00:09:0a ", WRITTEN)
                .orElseThrow()
                .architecture())
        .isEmpty();
  }

  @Test
  void dnsmasqLogsMachinesThatItDoesNotServeAsProxyDhcp() {
    String start = "2026-01-01T10:00:00+00:00 m dnsmasq-dhcp[1]: ";
    Sighting ignored =
        lines.line(start + "PXE(eth0) 00:11:22:33:44:33 proxy-ignored", WRITTEN).orElseThrow();
    assertThat(ignored.mac()).isEqualTo("00:11:22:33:44:33");
    assertThat(ignored.address()).isEmpty();
    assertThat(lines.line(start + "PXE(eth0) 00:11:22:33:44:34 proxy", WRITTEN).map(Sighting::mac))
        .contains("00:11:22:33:44:34");
    assertThat(
            lines
                .line(start + "PXE(eth0) 10.1.0.200 00:11:22:33:44:35 pxelinux.0", WRITTEN)
                .orElseThrow()
                .address())
        .contains("10.1.0.200");
  }

  @Test
  void dnsmasqWithLogDhcpLogsTheArchitectureOfMachinesThatItDoesNotServeAsProxyDhcp() {
    String start = "2026-01-01T10:00:00+00:00 m dnsmasq-dhcp[1]: 88 ";
    lines.line(start + "available DHCP subnet: 10.1.0.1/255.255.255.0", WRITTEN);
    lines.line(start + "vendor class: PXEClient:Arch:00007:UNDI:003016", WRITTEN);
    assertThat(
            lines
                .line(start + "PXE(eth0) 00:11:22:33:44:33 proxy-ignored", WRITTEN)
                .orElseThrow()
                .architecture())
        .contains(7);
  }

  private Optional<Instant> time(String line) {
    return lines.line(line, WRITTEN).orElseThrow().time();
  }
}
