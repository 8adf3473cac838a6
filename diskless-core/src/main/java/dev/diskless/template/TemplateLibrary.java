package dev.diskless.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.template.TemplateSource.Header;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Templates of a project: its own templates, and the shipped templates that it does not replace.
 */
final class TemplateLibrary {

  private static final String SUFFIX = ".vm";

  /**
   * List of the shipped templates. It is necessary because a program cannot list folders of a jar.
   */
  private static final String INDEX = "index.txt";

  private static final String SHIPPED = "/dev/diskless/templates/";

  /** Files of other tools, which are not templates. */
  private static final Set<String> IGNORED = Set.of(".gitkeep", ".gitignore", ".DS_Store");

  private static final Pattern HEADER = Pattern.compile("##\\s*(mode|also):\\s*(.*?)\\s*");
  private static final Pattern MODE = Pattern.compile("[0-7]{3,4}");

  private final NavigableMap<String, TemplateSource> byName = new TreeMap<>();

  private TemplateLibrary() {}

  /** Returns only the shipped templates. */
  static TemplateLibrary shipped() throws IOException {
    TemplateLibrary library = new TemplateLibrary();
    Problems none = new Problems();
    for (String name : new String(shippedBytes(INDEX), UTF_8).lines().toList()) {
      library.add(name, "shipped template " + name, new String(shippedBytes(name), UTF_8), none);
    }
    none.throwIfErrors();
    return library;
  }

  private static byte[] shippedBytes(String name) throws IOException {
    try (InputStream in = TemplateLibrary.class.getResourceAsStream(SHIPPED + name)) {
      if (in == null) {
        throw new IOException("this build lacks its own template " + name);
      }
      return in.readAllBytes();
    }
  }

  /**
   * The shipped templates under a project's.
   *
   * @param folder the project's; need not exist
   * @param baseDir shown names are relative to it
   * @param problems takes files that are no templates
   */
  static TemplateLibrary of(Path folder, Path baseDir, Problems problems) throws IOException {
    TemplateLibrary library = shipped();
    if (Files.notExists(folder)) {
      return library;
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(f -> !Files.isDirectory(f)).sorted().toList();
    }
    for (Path file : files) {
      String name = slashes(folder.relativize(file));
      String shown = slashes(shown(baseDir, file));
      if (IGNORED.contains(file.getFileName().toString()) || !isTemplate(name, shown, problems)) {
        continue;
      }
      Optional<String> text = decode(Files.readAllBytes(file));
      if (text.isEmpty()) {
        problems.add(
            Problem.error(
                Location.of(shown), "the template is not UTF-8", "save the file as UTF-8"));
      } else {
        library.add(name, shown, text.get(), problems);
      }
    }
    return library;
  }

  private static boolean isTemplate(String name, String shown, Problems problems) {
    int slash = name.indexOf('/');
    String folder = slash < 0 ? "" : name.substring(0, slash);
    String folders =
        Stream.of(TemplateScope.values())
            .map(TemplateScope::folder)
            .collect(Collectors.joining(", "));
    if (slash < 0) {
      problems.add(
          Problem.error(
              Location.of(shown),
              "a template must be in the folder of its scope",
              "move it to one of the folders " + folders));
      return false;
    }
    if (TemplateScope.of(folder).isEmpty()) {
      problems.add(
          Problem.error(
              Location.of(shown),
              "scope " + folder + " does not exist",
              "move it to one of the folders " + folders));
      return false;
    }
    if (!name.endsWith(SUFFIX) || name.endsWith("/" + SUFFIX)) {
      problems.add(
          Problem.error(
              Location.of(shown),
              "not a template",
              "put it under files/ to copy it unchanged, or let its name end in "
                  + SUFFIX
                  + " to render it"));
      return false;
    }
    return true;
  }

  private static Path shown(Path baseDir, Path file) {
    Path base = baseDir.toAbsolutePath().normalize();
    Path absolute = file.toAbsolutePath().normalize();
    return absolute.startsWith(base) ? base.relativize(absolute) : absolute;
  }

  private static String slashes(Path path) {
    String names =
        StreamSupport.stream(path.spliterator(), false)
            .map(Path::toString)
            .collect(Collectors.joining("/"));
    return path.isAbsolute() ? "/" + names : names;
  }

  private static Optional<String> decode(byte[] bytes) {
    try {
      String text =
          UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException notUtf8) {
      return Optional.empty();
    }
  }

  private void add(String name, String shown, String rawText, Problems problems) {
    String text = rawText.replace("\r\n", "\n");
    int slash = name.indexOf('/');
    TemplateScope scope = TemplateScope.of(name.substring(0, slash)).orElseThrow();
    String target = name.substring(slash + 1, name.length() - SUFFIX.length());
    Header header = header(shown, text, problems);
    byName.put(name, new TemplateSource(name, scope, target, shown, text, header));
  }

  /** Reads the header of a template: lines such as {@code ## mode: 0600} in its first comment. */
  private static Header header(String shown, String text, Problems problems) {
    int mode = Header.DEFAULT.mode();
    List<String> also = new ArrayList<>();
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      if (!line.startsWith("##")) {
        break;
      }
      Matcher matcher = HEADER.matcher(line);
      if (!matcher.matches()) {
        continue;
      }
      String value = matcher.group(2);
      Location location = new Location(shown, number, 1);
      if (matcher.group(1).equals("also")) {
        if (isPath(value)) {
          also.add(value);
        } else {
          problems.add(
              Problem.error(
                  location,
                  "not a valid path of a file: " + value,
                  "write it from the root without a slash before it, such as ## also: etc/HOSTNAME"));
        }
      } else if (MODE.matcher(value).matches()) {
        mode = Integer.parseInt(value, 8);
      } else {
        problems.add(
            Problem.error(
                location,
                "not valid permission bits: " + value,
                "write three or four octal digits, such as ## mode: 0600"));
      }
    }
    return new Header(mode, also);
  }

  private static boolean isPath(String path) {
    return !path.isEmpty()
        && Stream.of(path.split("/", -1))
            .noneMatch(n -> n.isEmpty() || n.equals(".") || n.equals(".."));
  }

  Optional<TemplateSource> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Sorted by name. */
  Collection<TemplateSource> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  List<TemplateSource> in(TemplateScope scope) {
    List<TemplateSource> found = new ArrayList<>(byName.values());
    found.removeIf(t -> t.scope() != scope);
    return List.copyOf(found);
  }
}
