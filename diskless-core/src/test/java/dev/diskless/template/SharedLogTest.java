package dev.diskless.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.CentralLog;
import dev.diskless.model.Cluster;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.PrivateRoot;
import dev.diskless.testing.RequiresPrivateRoot;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Attacks the master's rsyslog from a directory that nodes with {@code log: shared} can write. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "SKIPPED: rsyslogd and namespaces are Linux")
@RequiresPrivateRoot
@RequiresProgram({"rsyslogd", "bash", "ip"})
class SharedLogTest {

  private static final Cluster BOTH_LOGS =
      Clusters.withGroups(
          Clusters.twoNetworks(),
          g -> g.name().equals("visual") ? g.toBuilder().log(CentralLog.SHARED).build() : g);

  /** Plants links as a node would, lets node n1 log a line, and prints each file of interest. */
  private static final String ATTACK =
      """
      set -eu
      ip link set lo up
      ip address add 10.1.0.11/32 dev lo
      shared=/var/log/diskless
      mkdir -p $shared
      mkdir /t/outside
      echo untouched >/t/victim
      ln -s /t/victim $shared/n1.log
      ln -s /t/outside/new $shared/n2.log
      ln -s /t/outside $shared/n1
      rsyslogd -n -f /t/rsyslog.conf -i /t/pid &
      daemon=$!
      tries=0
      until { exec 3<>/dev/tcp/10.1.0.11/514; } 2>/dev/null; do
          tries=$((tries + 1))
          [ $tries -lt 50 ] || { echo "rsyslogd does not listen"; exit 1; }
          sleep 0.2
      done
      exec 4<>/dev/tcp/127.0.0.1/514
      echo '<13>Jan  1 00:00:00 n2 attack: LINE-OF-A-STRANGER' >&4
      exec 4>&-
      sleep 0.2
      echo '<13>Jan  1 00:00:00 n1 attack: LINE-OF-N1' >&3
      exec 3>&-
      tries=0
      until grep -qs LINE-OF-N1 /var/log/diskless-nodes/n1.log /t/victim || [ $tries = 50 ]; do
          tries=$((tries + 1))
          sleep 0.2
      done
      kill $daemon
      wait $daemon || :
      for file in /t/victim /t/outside/* /var/log/diskless-nodes/*; do
          [ ! -e $file ] || { echo "== $file"; cat $file; }
      done
      """;

  @TempDir Path folder;
  private PrivateRoot root;

  @BeforeEach
  void makeRoot() throws Exception {
    root = new PrivateRoot(folder);
    root.write(
        "t/rsyslog.conf",
        "global(workDirectory=\"/t\")\ninclude(file=\"/etc/rsyslog.d/diskless.conf\")\n");
    root.write("t/attack", ATTACK);
  }

  /**
   * @param directory where rsyslogd keeps the files of the nodes
   */
  private String attack(String directory) throws IOException, InterruptedException {
    Layer master = Rendered.shipped(BOTH_LOGS).master();
    for (String file : new String[] {"diskless.conf", "diskless-nodes.json"}) {
      root.write(
          "etc/rsyslog.d/" + file,
          Rendered.text(master, "etc/rsyslog.d/" + file)
              .replace(CentralLog.SYSLOG_DIRECTORY + "/", directory + "/"));
    }
    PrivateRoot.Outcome outcome = root.run("unshare", "--net", "bash", "/t/attack");
    assertThat(outcome.code()).as(outcome.output()).isZero();
    return outcome.output();
  }

  @Test
  void linksOfANodeChangeNothingOutside() throws Exception {
    assertThat(attack(CentralLog.SYSLOG_DIRECTORY))
        .contains("== /t/victim\nuntouched\n== /var/log/diskless-nodes/n1.log\n")
        .endsWith("LINE-OF-N1\n")
        .doesNotContain("/t/outside/", "STRANGER");
  }

  /** Control: with one directory for both, as in releases of older versions, the attack works. */
  @Test
  void oneDirectoryForBothLogsWouldBeAttacked() throws Exception {
    assertThat(attack(CentralLog.SHARED_DIRECTORY))
        .matches("(?s).*== /t/victim\nuntouched\n[^=]*LINE-OF-N1\n.*");
  }

  @Test
  void noExportHoldsTheFilesOfRsyslog() throws Exception {
    assertThat(
            Rendered.text(Rendered.shipped(BOTH_LOGS).master(), "etc/exports.d/diskless.exports"))
        .contains("\n" + CentralLog.SHARED_DIRECTORY + " 10.2.3.4(rw,")
        .doesNotContain(CentralLog.SYSLOG_DIRECTORY);
  }
}
