package dev.diskless.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines are those of mmdebstrap 1.3.5 and apt 2.6.1. */
class MmdebstrapLogTest {

  private static List<Problem> failure(String lines) {
    MmdebstrapLog log = new MmdebstrapLog();
    lines.lines().forEach(log::add);
    return log.failure("debian", "nosuch", "/cache/log");
  }

  @Test
  void anUnknownSuite() {
    assertThat(
            failure(
                """
                I: running apt-get update...
                Err:2 http://mirror.example/debian nosuch Release
                  404  Not Found [IP: 203.0.113.80 80]
                E: The repository 'http://mirror.example/debian nosuch Release' does not have a Release file.
                E: apt-get update --error-on=any -oAPT::Status-Fd=<$fd> -oDpkg::Use-Pty=false failed
                """))
        .containsExactly(
            Problem.error(
                "image debian: the mirror has no `http://mirror.example/debian nosuch Release`",
                "correct the suite nosuch, or choose a mirror that has it; the log is /cache/log"));
  }

  @Test
  void aMirrorThatCannotBeReached() {
    assertThat(
            failure(
                """
                Err:1 http://nosuch.invalid/debian bookworm InRelease
                  Could not resolve 'nosuch.invalid'
                E: Failed to fetch http://nosuch.invalid/debian/dists/bookworm/InRelease  Could not resolve 'nosuch.invalid'
                """))
        .extracting(Problem::message)
        .containsExactly(
            "image debian: the Debian mirror cannot be reached (Could not resolve 'nosuch.invalid')");
    assertThat(failure("  Could not connect to 127.0.0.1:9 (127.0.0.1). - connect (111: refused)"))
        .extracting(Problem::message)
        .containsExactly(
            "image debian: the Debian mirror cannot be reached (Could not connect to 127.0.0.1:9)");
  }

  @Test
  void otherFailuresHaveTheLastLinesAndAHint() {
    assertThat(failure("tar: x: Wrote only 512 of 10240 bytes: No space left on device"))
        .extracting(Problem::remedy)
        .containsExactly(
            "free some space in the cache and in TMPDIR, where the image is created; the log is"
                + " /cache/log");
    assertThat(failure("E: Release file for http://snapshot.debian.org/InRelease is expired (1 d)"))
        .extracting(Problem::remedy)
        .allMatch(remedy -> remedy.contains("[check-valid-until=no]"));
    assertThat(failure("W: GPG error: http://x bookworm InRelease: NO_PUBKEY 0123"))
        .extracting(Problem::remedy)
        .allMatch(remedy -> remedy.contains("debian-archive-keyring"));
    assertThat(failure("E: arm64 can neither be executed natively nor via qemu user emulation"))
        .extracting(Problem::remedy)
        .allMatch(remedy -> remedy.contains("qemu-user-static"));
  }
}
