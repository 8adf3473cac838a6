package dev.diskless.descriptor;

import dev.diskless.model.Group;
import dev.diskless.model.Image;
import dev.diskless.model.ImageSource;
import dev.diskless.model.Mount;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the images. */
final class ImageReader {

  private static final List<String> SOURCES = List.of("debian", "directory", "archive", "artifact");

  private static final Pattern COORDINATE = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern SUITE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9./_-]*");
  private static final Pattern ARCHITECTURE = Pattern.compile("[a-z0-9-]+");
  private static final Pattern MIRROR = Pattern.compile("[a-z][a-z0-9+.-]*:\\S+");
  private static final Pattern SOURCES_LINE = Pattern.compile("deb(-src)?\\s.*");
  private static final Pattern PACKAGE = Pattern.compile("[^-\\s,][^\\s,]*");

  /** Packages of kernels in Debian, Ubuntu and Proxmox. */
  private static final Pattern KERNEL =
      Pattern.compile(
          ".*(linux-image|kernel).*|linux-(generic|virtual|lowlatency|oem|aws|azure|gcp|kvm)\\b.*");

  /** Images that are to have nothing below what all of their nodes mount. */
  private final Set<String> lean = new HashSet<>();

  private final Formats formats;
  private final Problems problems;

  ImageReader(Formats formats, Problems problems) {
    this.formats = formats;
    this.problems = problems;
  }

  List<Image> read(Section images) {
    List<Image> read = new ArrayList<>();
    for (Text key : images.keys()) {
      Optional<String> name = formats.label(key, "the image");
      Optional<ImageSource> source = images.section(key.value()).flatMap(s -> source(key, s));
      if (name.isPresent() && source.isPresent()) {
        read.add(new Image(name.get(), source.get()));
        images
            .section(key.value())
            .flatMap(image -> image.section("directory"))
            .filter(directory -> directory.isTrue("lean"))
            .ifPresent(directory -> lean.add(name.get()));
      }
    }
    return read;
  }

  /**
   * The images, once it is known what their nodes mount.
   *
   * @param images as they were read
   * @param groups all, with what they inherit
   */
  List<Image> withoutMounted(List<Image> images, Collection<Group> groups) {
    return images.stream()
        .map(
            image ->
                lean.contains(image.name())
                        && image.source() instanceof ImageSource.Directory directory
                    ? new Image(
                        image.name(),
                        new ImageSource.Directory(
                            directory.path(),
                            directory.exclude(),
                            mountedByAll(
                                groups.stream()
                                    .filter(group -> group.image().equals(image.name()))
                                    .toList())))
                    : image)
        .toList();
  }

  /** What hides the programs that a node runs from is needed until it is mounted, and stays. */
  private static List<String> mountedByAll(List<Group> groups) {
    return groups.stream()
        .flatMap(group -> group.mounts().stream())
        .filter(mount -> !mount.hidesPrograms() && !mount.path().equals("/"))
        .map(Mount::path)
        .distinct()
        .filter(
            path ->
                groups.stream()
                    .allMatch(
                        group -> group.mounts().stream().anyMatch(m -> m.path().equals(path))))
        .sorted()
        .toList();
  }

  private Optional<ImageSource> source(Text image, Section section) {
    List<Text> given = section.keys().stream().filter(k -> SOURCES.contains(k.value())).toList();
    if (given.isEmpty()) {
      // An unknown key is most likely the source misspelt, and is told by the schema.
      if (section.keys().isEmpty()) {
        problems.add(
            Problem.error(
                section.location(),
                "the image %s has no source".formatted(image.quoted()),
                "write one of " + String.join(", ", SOURCES)));
      }
      return Optional.empty();
    }
    if (given.size() > 1) {
      Text second = given.get(1);
      problems.add(
          Problem.error(
              second.at(),
              "the image %s has the source %s beside %s, at %s"
                  .formatted(
                      image.quoted(), second.quoted(), given.get(0).quoted(), given.get(0).at()),
              "keep one of them, and write a second image for the other source"));
    }
    Optional<ImageSource> first = Optional.empty();
    for (int i = 0; i < given.size(); i++) {
      Optional<ImageSource> source = source(given.get(i).value(), section);
      first = i == 0 ? source : first;
    }
    return first;
  }

  private Optional<ImageSource> source(String kind, Section section) {
    return switch (kind) {
      case "debian" -> section.section(kind).flatMap(this::debian);
      case "directory" ->
          section
              .section(kind)
              .map(this::directory)
              .orElseGet(
                  () ->
                      section
                          .text(kind)
                          .flatMap(this::path)
                          .map(path -> new ImageSource.Directory(path, List.of())));
      case "archive" ->
          section.text(kind).flatMap(this::path).map(path -> new ImageSource.Archive(path));
      default -> section.text(kind).flatMap(this::artifact);
    };
  }

  private Optional<String> path(Text text) {
    if (text.value().isBlank()) {
      problems.add(Problem.error(text.at(), "the path is empty", "write it"));
      return Optional.empty();
    }
    return Optional.of(text.value());
  }

  private Optional<ImageSource> directory(Section section) {
    return section
        .text("path")
        .flatMap(this::path)
        .map(path -> new ImageSource.Directory(path, values(section.texts("exclude"))));
  }

  private Optional<ImageSource> debian(Section section) {
    Optional<Text> suite = section.text("suite");
    suite.ifPresent(
        text ->
            require(
                SUITE,
                text,
                "%s is not a valid Debian suite",
                "write its code name, such as trixie"));
    suite
        .filter(text -> SUITE.matcher(text.value()).matches())
        .filter(text -> !DebianSuites.isKnown(text.value()))
        .ifPresent(text -> unknownSuite(text, section.has("mirror")));
    Optional<Text> architecture = section.text("architecture");
    architecture.ifPresent(
        text ->
            require(
                ARCHITECTURE,
                text,
                "%s is not a valid Debian architecture",
                "write an architecture of dpkg, such as amd64 or arm64"));
    Optional<Text> mirror = section.text("mirror");
    mirror.ifPresent(
        text ->
            require(
                MIRROR,
                text,
                "the mirror %s is not a valid URI",
                "write it such as http://mirror.example/debian"));
    for (Text line : section.texts("sources")) {
      require(
          SOURCES_LINE,
          line,
          "%s is not a valid line of sources.list(5)",
          "write it such as \"deb http://mirror.example/debian trixie-backports main\"");
    }
    for (Text name : section.texts("packages")) {
      require(
          PACKAGE,
          name,
          "%s is not a valid package name",
          "write each package as an item" + " of its own");
    }
    for (Text name : section.texts("components")) {
      require(
          PACKAGE,
          name,
          "%s is not a valid component of an archive",
          "write each" + " component as an item of its own, such as main");
    }
    List<String> components = values(section.texts("components"));
    return suite.map(
        text ->
            new ImageSource.Debian(
                text.value(),
                architecture.map(Text::value),
                mirror.map(Text::value),
                components.isEmpty() ? List.of("main") : components,
                values(section.texts("packages")),
                values(section.texts("sources"))));
  }

  /** A mirror can have suites of its own, so only a suite that looks misspelt is reported. */
  private void unknownSuite(Text suite, boolean hasMirror) {
    Optional<String> near = DebianSuites.nearest(suite.value());
    String message = "%s is not a known Debian suite".formatted(suite.quoted());
    if (!hasMirror) {
      problems.error(
          suite.at(),
          message,
          near.map(name -> "write " + name)
              .orElse(
                  "write one of %s; or add \"mirror\", if a mirror of your own has this suite"
                      .formatted(DebianSuites.names())));
    } else {
      near.ifPresent(name -> problems.warning(suite.at(), message, "write " + name));
    }
  }

  /**
   * Reports images of Debian packages without a kernel, before anything is downloaded.
   *
   * @param images the section with all images
   * @param started names of the images whose own kernel nodes start
   */
  void checkKernels(Section images, Set<String> started) {
    for (Text name : images.keys()) {
      Optional<Section> debian =
          images.section(name.value()).flatMap(image -> image.section("debian"));
      if (debian.isEmpty()
          || !started.contains(name.value())
          || debian.get().texts("packages").stream()
              .anyMatch(text -> KERNEL.matcher(text.value()).matches())) {
        continue;
      }
      Location at = debian.get().get("packages").map(Yaml::location).orElse(name.at());
      String message =
          "the image %s has no kernel: its packages contain no linux-image-*"
              .formatted(name.quoted());
      String remedy =
          "add the package linux-image-%s to \"packages\""
              .formatted(debian.get().text("architecture").map(Text::value).orElse("amd64"));
      // A package of another archive may depend on a kernel.
      boolean isCertain = !debian.get().has("mirror") && !debian.get().has("sources");
      problems.add(
          isCertain ? Problem.error(at, message, remedy) : Problem.warning(at, message, remedy));
    }
  }

  private Optional<ImageSource> artifact(Text text) {
    List<String> parts = Arrays.asList(text.value().split(":", -1));
    boolean formed =
        (parts.size() == 4 || parts.size() == 5)
            && parts.stream().allMatch(p -> COORDINATE.matcher(p).matches());
    String version = parts.get(parts.size() - 1);
    if (!formed) {
      problems.add(
          Problem.error(
              text.at(),
              text.quoted() + " is not a valid artifact",
              "write groupId:artifactId:extension[:classifier]:version, such as"
                  + " com.example:compute-image:tar.zst:1.4.0"));
      return Optional.empty();
    }
    if (version.equals("LATEST") || version.equals("RELEASE")) {
      problems.add(
          Problem.error(
              text.at(),
              "%s changes over time".formatted(text.quoted()),
              "write a version instead of " + version));
      return Optional.empty();
    }
    return Optional.of(
        new ImageSource.Artifact(
            parts.get(0),
            parts.get(1),
            parts.get(2),
            parts.size() == 5 ? parts.get(3) : "",
            version));
  }

  private void require(Pattern form, Text text, String message, String remedy) {
    if (!form.matcher(text.value()).matches()) {
      problems.add(Problem.error(text.at(), message.formatted(text.quoted()), remedy));
    }
  }

  private static List<String> values(List<Text> texts) {
    return texts.stream().map(Text::value).toList();
  }
}
