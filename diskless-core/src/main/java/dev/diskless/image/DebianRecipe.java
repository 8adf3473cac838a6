package dev.diskless.image;

import dev.diskless.host.Quoting;
import dev.diskless.model.ImageSource;
import dev.diskless.problem.Problem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Recipe for an image of Debian packages: the call of mmdebstrap(1), and the cache key of the
 * result.
 *
 * <p>The result depends only on this recipe and on the current content of the mirrors. The time of
 * the project, which changes with each release, has no influence. A release must ship the image
 * that was tested and not install another image.
 */
final class DebianRecipe {

  /** Part of each cache key. Change it whenever the recipe below changes. */
  private static final String VERSION = "debian 1";

  /**
   * Time of all files that the installation makes, and of newer files in packages
   * (SOURCE_DATE_EPOCH of reproducible-builds.org).
   */
  static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  /** Priority required and important: an init system, udev, ifupdown and what one expects. */
  private static final String VARIANT = "important";

  /**
   * Packages that each diskless node needs in addition. They provide mount.nfs, a rescue shell in
   * the initramfs, and a compressor that makes the initramfs smaller for TFTP.
   */
  private static final List<String> ALWAYS = List.of("nfs-common", "busybox", "zstd");

  /**
   * Script that runs after the installation, with the root of the image as $1. It removes files
   * that mmdebstrap copied from this machine, and files that differ between installations. It
   * starts no services.
   */
  private static final String CLEAN_UP =
      """
      set -eu
      cd "$1"
      rm -f etc/hostname etc/resolv.conf
      rm -f etc/ssh/ssh_host_*
      rm -f etc/passwd- etc/shadow- etc/group- etc/gshadow- etc/subuid- etc/subgid-
      rm -f var/cache/debconf/*-old var/lib/dpkg/*-old var/lib/ucf/*.[0-9]
      rm -f var/cache/apt/*.bin var/lib/systemd/random-seed var/lib/systemd/catalog/database
      rm -rf var/cache/man/* var/cache/fontconfig/*
      find var/log -type f ! -name README -exec truncate -s 0 {} +
      """;

  /** Package names of deb-control(5) with the suffixes of apt-get(8). */
  private static final Pattern PACKAGE =
      Pattern.compile("[a-z0-9][a-z0-9+.-]*(:[a-z0-9-]+)?([=/][A-Za-z0-9.+~:-]+)?");

  private static final String INITRAMFS = InitramfsModule.install();

  private static final Pattern SUITE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]*");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/+-]*");

  private final String suite;
  private final Optional<String> architecture;
  private final Optional<String> mirror;
  private final List<String> components;
  private final Set<String> packages;
  private final List<String> sources;

  /**
   * @param mirror instead of the source's, if given
   */
  DebianRecipe(ImageSource.Debian source, Optional<String> mirror) {
    this.suite = source.suite();
    this.architecture = source.architecture();
    this.mirror = mirror.or(source::mirror);
    this.components = source.components();
    this.packages = new LinkedHashSet<>(ALWAYS);
    this.packages.addAll(source.packages());
    this.sources = source.sources();
  }

  String suite() {
    return suite;
  }

  /** Returns an error for each value that mmdebstrap does not accept. */
  List<Problem> problems(String image) {
    List<Problem> found = new ArrayList<>();
    check(image, "suite", suite, SUITE, "write a name such as trixie", found);
    architecture.ifPresent(
        a -> check(image, "architecture", a, WORD, "write a name such as amd64 or arm64", found));
    components.forEach(c -> check(image, "component", c, WORD, "write a name such as main", found));
    packages.forEach(
        p ->
            check(
                image,
                "package",
                p,
                PACKAGE,
                "write one name, with =version or /suite where needed",
                found));
    mirror
        .filter(m -> !m.contains("://") && !m.startsWith("deb "))
        .ifPresent(
            m ->
                found.add(
                    wrong(
                        image,
                        "mirror",
                        m,
                        "write a URL such as http://mirror.example/debian,"
                            + " or a line of sources.list that begins with `deb `")));
    sources.stream()
        .filter(s -> !s.startsWith("deb ") && !s.startsWith("deb-src ") || s.contains("\n"))
        .forEach(
            s ->
                found.add(
                    wrong(
                        image,
                        "apt source",
                        s,
                        "write one line of sources.list, such as"
                            + " deb http://mirror.example/debian trixie-backports main")));
    return found;
  }

  private static void check(
      String image, String what, String value, Pattern form, String remedy, List<Problem> found) {
    if (!form.matcher(value).matches()) {
      found.add(wrong(image, what, value, remedy));
    }
  }

  private static Problem wrong(String image, String what, String value, String remedy) {
    return Problem.error(
        "image %s: `%s` is not a valid %s".formatted(image, value.replace('\n', ' '), what),
        remedy);
  }

  /** Equal for recipes that make the same of the same mirrors. */
  String key() {
    return new Fingerprint()
        .add(VERSION)
        .add(VARIANT)
        .add(TIME.toString())
        .add(CLEAN_UP)
        .add(INITRAMFS)
        .add(suite)
        .add(architecture.orElseGet(() -> "of " + System.getProperty("os.arch")))
        .add(mirror.orElse(""))
        .add(components)
        .add(packages.stream().sorted().toList())
        .add(sources)
        .hex();
  }

  /**
   * The arguments of mmdebstrap.
   *
   * @param mode root or unshare
   * @param tar what it makes
   */
  List<String> arguments(String mode, Path tar) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--mode=" + mode);
    arguments.add("--format=tar");
    arguments.add("--variant=" + VARIANT);
    architecture.ifPresent(a -> arguments.add("--architectures=" + a));
    if (!components.isEmpty()) {
      arguments.add("--components=" + String.join(",", components));
    }
    arguments.add("--include=" + String.join(",", packages.stream().sorted().toList()));
    if (!sources.isEmpty()) {
      // As an argument they would replace the default mirror, where none is given.
      arguments.add("--setup-hook=" + writeSources());
    }
    arguments.add("--extract-hook=" + checkPackages());
    // Before the kernel is installed, which makes its initramfs.
    arguments.add("--essential-hook=" + INITRAMFS);
    arguments.add("--customize-hook=" + CLEAN_UP);
    arguments.add("--");
    arguments.add(suite);
    arguments.add(tar.toString());
    mirror.ifPresent(arguments::add);
    return arguments;
  }

  /** Tells a package that does not exist before the essential ones take their time. */
  private String checkPackages() {
    return "APT_CONFIG=\"$MMDEBSTRAP_APT_CONFIG\" apt-get --quiet=2 --simulate install "
        + String.join(" ", packages.stream().sorted().toList())
        + " > /dev/null";
  }

  private String writeSources() {
    StringBuilder script = new StringBuilder("printf '%s\\n'");
    for (String line : sources) {
      script.append(' ').append(Quoting.shell(line));
    }
    return script.append(" > \"$1\"/etc/apt/sources.list.d/diskless.list").toString();
  }
}
