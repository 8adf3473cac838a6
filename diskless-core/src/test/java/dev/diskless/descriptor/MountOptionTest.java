package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountOptionTest {

  private static final Path MANUAL = Path.of("/usr/share/man/man5/nfs.5.gz");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "soft",
        "timeo=50",
        "vers=3",
        "nfsvers=4.2",
        "sec=krb5p:sys",
        "nconnect=16",
        "local_lock=flock",
        "noatime",
        "x-systemd.automount",
        "X-mount.mkdir=0755"
      })
  void whatTheManualHasIsTaken(String option) {
    assertThat(MountOption.faultOf(option)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "tiemo=50,'\"tiemo\" is not a valid option of nfs(5) or mount(8); perhaps timeo'",
    "bind,'\"bind\" is not a valid option of nfs(5) or mount(8); nfs(5) lists all options'",
    "timeo,the option timeo needs a value; write timeo=VALUE",
    "timeo=0,'\"0\" is not a valid value for the option timeo; see timeo in nfs(5)'",
    "vers=5,'\"5\" is not a valid value for the option vers; see vers in nfs(5)'",
    "nconnect=17,'\"17\" is not a valid value for the option nconnect; see nconnect in nfs(5)'",
    "soft=1,the option soft takes no value; write soft"
  })
  void whatItHasNotIsRefused(String option, String message) {
    assertThat(MountOption.faultOf(option))
        .hasValueSatisfying(
            fault -> assertThat(fault.what() + "; " + fault.remedy()).startsWith(message));
  }

  @Test
  void optionsThatContradictEachOtherAreFound() {
    assertThat(MountOption.contraryOf("hard", List.of("noac", "soft"))).contains("soft");
    assertThat(MountOption.contraryOf("nolock", List.of("lock"))).contains("lock");
    assertThat(MountOption.contraryOf("lock", List.of("nolock"))).contains("nolock");
    assertThat(MountOption.contraryOf("noac", List.of("acl", "noatime"))).isEmpty();
  }

  @RequiresProgram("zcat")
  @Test
  void everyOptionOfTheInstalledManualIsKnown() throws IOException {
    assumeTrue(
        Files.exists(MANUAL), "NOT TESTED: nfs(5) is not installed; apt-get install nfs-common");
    String manual = Shell.run(Path.of("/"), "zcat " + MANUAL).output();
    // An option is told in a paragraph of its own: ".BI timeo= n", ".BR ac " / " noac", ".B udp".
    Matcher told =
        Pattern.compile("^\\.TP 1\\.5i\\n\\.B[IR]? (.*)$", Pattern.MULTILINE).matcher(manual);
    TreeSet<String> unknown = new TreeSet<>();
    int count = 0;
    while (told.find()) {
      for (String name : told.group(1).split("\"[ /]*\"")) {
        count++;
        String bare = name.strip().replaceAll("=.*", "");
        if (!MountOption.isKnown(bare)) {
          unknown.add(bare);
        }
      }
    }
    assertThat(count).isGreaterThan(40);
    assertThat(unknown).isEmpty();
  }
}
