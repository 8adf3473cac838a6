package dev.diskless.image;

import dev.diskless.problem.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parser of the output of mmdebstrap and apt, line by line. It explains failures. Not thread-safe.
 */
final class MmdebstrapLog {

  private static final int TAIL = 15;
  private static final String STEP = "I: ";

  /** Lines about steps that take no time, or that other messages already report. */
  private static final Pattern NO_STEP =
      Pattern.compile(
          "(using .* as tempdir|done|success in .*|.* received signal .*|running --setup-hook.*"
              + "|chroot architecture .*|automatically chosen .*|finding correct signed-by .*)");

  private static final Pattern UNKNOWN_PACKAGE =
      Pattern.compile(
          "E: (?:Unable to locate package (\\S+)|Package '?([^' ]+)'? has no installation candidate"
              + "|Version '\\S+' for '(\\S+)' was not found)");
  private static final Pattern UNKNOWN_SUITE =
      Pattern.compile("E: The repository '(.*)' does(?: not|n't) have a Release file.*");
  private static final Pattern UNREACHABLE =
      Pattern.compile(
          ".*(Could not resolve '\\S+'|Temporary failure resolving '\\S+'|Could not connect to \\S+"
              + "|Unable to connect to \\S+|Connection timed out|Connection failed"
              + "|Network is unreachable).*");
  private static final Pattern UNSIGNED =
      Pattern.compile(".*(NO_PUBKEY|is not signed|EXPKEYSIG|couldn't be verified).*");
  private static final Pattern EXPIRED =
      Pattern.compile(".*Release file for (\\S+) is (expired|not valid yet).*");
  private static final Pattern NO_SPACE = Pattern.compile(".*No space left on device.*");
  private static final Pattern FOREIGN =
      Pattern.compile(".*(can neither be executed natively|arch-test|qemu-user).*");
  private static final Pattern UNMET = Pattern.compile(".*have unmet dependencies.*");

  private final Deque<String> tail = new ArrayDeque<>();
  private final Set<String> unknownPackages = new LinkedHashSet<>();
  private Optional<String> unknownSuite = Optional.empty();
  private Optional<String> unreachable = Optional.empty();
  private boolean unsigned;
  private boolean expired;
  private boolean noSpace;
  private boolean foreign;
  private boolean unmet;
  private String step = "starting";

  /** Takes a line. */
  void add(String line) {
    if (line.startsWith(STEP)) {
      step(line.substring(STEP.length()));
      return;
    }
    if (line.isBlank() || line.startsWith("Selecting ") || line.startsWith("Preparing to unpack")) {
      return;
    }
    tail.addLast(line);
    if (tail.size() > TAIL) {
      tail.removeFirst();
    }
    Matcher unknown = UNKNOWN_PACKAGE.matcher(line);
    if (unknown.find()) {
      for (int group = 1; group <= unknown.groupCount(); group++) {
        if (unknown.group(group) != null) {
          unknownPackages.add(unknown.group(group));
        }
      }
    }
    Matcher suite = UNKNOWN_SUITE.matcher(line);
    if (suite.matches()) {
      unknownSuite = Optional.of(suite.group(1));
    }
    Matcher network = UNREACHABLE.matcher(line);
    if (network.matches()) {
      unreachable = Optional.of(network.group(1));
    }
    unsigned |= UNSIGNED.matcher(line).matches();
    expired |= EXPIRED.matcher(line).matches();
    noSpace |= NO_SPACE.matcher(line).matches();
    foreign |= line.startsWith("E: ") && FOREIGN.matcher(line).matches();
    unmet |= UNMET.matcher(line).matches();
  }

  private void step(String said) {
    if (said.startsWith("removing tempdir")) {
      step = "removing temporary files";
    } else if (said.startsWith("running --extract-hook")) {
      step = "checking the packages";
    } else if (said.startsWith("running --customize-hook")) {
      step = "cleaning up";
    } else if (!NO_STEP.matcher(said).matches()) {
      step = said.replaceFirst("\\.\\.\\.$", "");
    }
  }

  /** Returns the current step, in the words of mmdebstrap. */
  String step() {
    return step;
  }

  /**
   * Returns the errors that explain a failure.
   *
   * @param image name of the image
   * @param suite requested suite
   * @param log file with all lines
   */
  List<Problem> failure(String image, String suite, String log) {
    List<Problem> problems = new ArrayList<>();
    String where = "; the log is " + log;
    // The network first: what cannot be reached is also not found.
    if (unreachable.isPresent()) {
      problems.add(
          Problem.error(
              "image %s: the Debian mirror cannot be reached (%s)"
                  .formatted(image, unreachable.get()),
              "check the network and http_proxy, or choose another `mirror:`" + where));
    } else if (unknownSuite.isPresent()) {
      problems.add(
          Problem.error(
              "image %s: the mirror has no `%s`".formatted(image, unknownSuite.get()),
              "correct the suite %s, or choose a mirror that has it".formatted(suite) + where));
    }
    for (String unknown : unknownPackages) {
      problems.add(
          Problem.error(
              "image %s: package %s does not exist in %s".formatted(image, unknown, suite),
              "correct its name, or add the component or the apt source that has it" + where));
    }
    if (problems.isEmpty()) {
      problems.add(
          Problem.error(
              "image %s: mmdebstrap failed while %s:\n    %s"
                  .formatted(image, step, String.join("\n    ", tail)),
              hint() + where));
    }
    return problems;
  }

  private String hint() {
    if (noSpace) {
      return "free some space in the cache and in TMPDIR, where the image is created";
    }
    if (expired) {
      return "check the clock; for an old snapshot, write the mirror as"
          + " `deb [check-valid-until=no] URL SUITE main`";
    }
    if (unsigned) {
      return "install the keys of that archive (debian-archive-keyring), or write the mirror as"
          + " `deb [signed-by=/path/of.gpg] URL SUITE main`";
    }
    if (foreign) {
      return "to install for another architecture, run"
          + " `apt-get install qemu-user-static binfmt-support arch-test`";
    }
    if (unmet) {
      return "leave out one of the packages that exclude each other, or add the apt source they"
          + " need";
    }
    return "solve the problem that the last lines report";
  }
}
