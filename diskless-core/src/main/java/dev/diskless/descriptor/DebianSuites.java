package dev.diskless.descriptor;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Names of suites that mmdebstrap(1) can install without a {@code mirror}. */
final class DebianSuites {

  /** Code names and classes of Debian, the newest first (wiki.debian.org/DebianReleases). */
  private static final List<String> DEBIAN =
      List.of(
          "trixie",
          "bookworm",
          "bullseye",
          "buster",
          "stretch",
          "jessie",
          "forky",
          "duke",
          "sid",
          "stable",
          "oldstable",
          "oldoldstable",
          "testing",
          "unstable");

  /** Suites of distributions whose mirrors mmdebstrap also knows. */
  private static final Set<String> OTHERS =
      Set.of(
          "trusty",
          "xenial",
          "bionic",
          "focal",
          "jammy",
          "noble",
          "oracular",
          "plucky",
          "questing",
          "devel",
          "kali-rolling",
          "kali-last-snapshot");

  private DebianSuites() {}

  static boolean isKnown(String suite) {
    return DEBIAN.contains(suite) || OTHERS.contains(suite);
  }

  /** Returns the known suite that a user most likely meant; empty if none is similar. */
  static Optional<String> nearest(String suite) {
    return Nearest.to(suite, Stream.concat(DEBIAN.stream(), OTHERS.stream()).toList());
  }

  /** Returns the names of Debian's suites for messages. */
  static String names() {
    return String.join(", ", DEBIAN);
  }
}
