package dev.diskless.descriptor;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Image;
import dev.diskless.model.InitramfsSource;
import dev.diskless.model.Link;
import dev.diskless.model.Master;
import dev.diskless.model.Monitoring;
import dev.diskless.model.Node;
import dev.diskless.model.Profile;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a descriptor and the inventory it names.
 *
 * <p>A document goes through three sieves: YAML, which stops at its first mistake because nothing
 * can be said of the rest; the JSON Schema, for keys and types; and the checks of meaning. The
 * latter two always both run: what has the wrong type is left out of the checks of meaning, so that
 * no mistake hides another and none is told twice.
 */
public final class DescriptorReader {

  private static final String SCHEMA = "cluster.schema.json";

  /** What is safe in a path, on a kernel's command line and in a URL alike. */
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");

  private final Problems problems = new Problems();
  private final Formats formats = new Formats(problems);
  private final Path file;
  private final Path baseDir;
  private final String version;
  private final UnaryOperator<Path> content;
  private final List<Path> inputs = new ArrayList<>();
  private Map<String, Map<String, Location>> mountPlaces = Map.of();
  private Map<String, Map<String, Location>> valuePlaces = Map.of();

  private DescriptorReader(Path file, Path baseDir, String version, UnaryOperator<Path> content) {
    this.file = file;
    this.baseDir = baseDir;
    this.version = version;
    this.content = content;
    inputs.add(file);
  }

  /**
   * Reads a descriptor.
   *
   * @param file the descriptor, {@code cluster.yaml}
   * @param baseDir the project's directory; places in messages are relative to it
   * @param version the project's version; names the release
   * @param properties the values that <code>${name}</code> stands for
   * @throws ProblemException with every mistake, sorted by place
   * @throws IOException if a file that is there cannot be read
   */
  public static Descriptor read(
      Path file, Path baseDir, String version, Function<String, Optional<String>> properties)
      throws IOException {
    return read(file, baseDir, version, properties, UnaryOperator.identity());
  }

  /**
   * Reads a descriptor as it would be with other files in the place of its own.
   *
   * @param content the file that is read in the place of one; mostly itself
   * @throws ProblemException with every mistake, sorted by place
   */
  public static Descriptor read(
      Path file,
      Path baseDir,
      String version,
      Function<String, Optional<String>> properties,
      UnaryOperator<Path> content)
      throws IOException {
    return new DescriptorReader(file, baseDir, version, content)
        .read(new Interpolation(properties));
  }

  /** The JSON Schema of descriptors (draft 2020-12), in UTF-8; to be closed by the caller. */
  public static InputStream schema() {
    return SchemaCheck.open(SCHEMA);
  }

  private Descriptor read(Interpolation interpolation) throws IOException {
    SourceText source = SourceText.read(content.apply(file), baseDir, "the descriptor");
    Yaml document =
        YamlParser.parse(source, interpolation, problems)
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.error(
                            Location.of(source.file()),
                            "the descriptor is empty",
                            "begin it with \"cluster: \" and the cluster's name")));
    SchemaCheck.Findings findings = SchemaCheck.of(SCHEMA).check(document);
    problems.addAll(findings.certain());
    Optional<Cluster> cluster = cluster(Section.of(document).orElse(Section.EMPTY));
    Set<Location> told = new HashSet<>();
    problems.all().forEach(problem -> problem.location().ifPresent(told::add));
    for (Problem problem : findings.form()) {
      if (problem.location().filter(told::contains).isEmpty()) {
        problems.add(problem);
      }
    }
    Problems sorted = sorted();
    sorted.throwIfErrors();
    return new Descriptor(
        cluster.orElseThrow(), sorted.warnings(), inputs, mountPlaces, valuePlaces);
  }

  /** In the order of their places, each once; those of no place first. */
  private Problems sorted() {
    Problems sorted = new Problems();
    new LinkedHashSet<>(problems.all())
        .stream()
            .sorted(
                Comparator.comparing(
                    p -> p.location().orElse(Location.of("")), Comparator.naturalOrder()))
            .forEach(sorted::add);
    return sorted;
  }

  private Optional<Cluster> cluster(Section root) throws IOException {
    checkVersion();
    Optional<String> name =
        root.text("cluster").flatMap(text -> formats.label(text, "the cluster"));
    Optional<String> domain = root.text("domain").flatMap(formats::domain);
    Masters masters = new MasterReader(formats, problems).read(root);
    Networks networks =
        new NetworkReader(formats, problems, masters)
            .read(root.sections("networks"), root.count("networks"));
    networks.placements().forEach(p -> checkBesideAnotherServer(p, masters));
    Profile profile = profile(root, masters);
    Optional<Section> imageSection = root.section("images");
    ImageReader imageReader = new ImageReader(formats, problems);
    List<Image> images = imageSection.map(imageReader::read).orElse(List.of());
    Optional<Groups> groups =
        root.section("groups")
            .map(
                new GroupReader(
                        formats, problems, imageSection, masters.names(domain), profile, root)
                    ::read);
    List<NodeDraft> drafts = new NodeReader(formats, groups, problems).read(root.sections("nodes"));
    drafts = new ArrayList<>(drafts);
    drafts.addAll(inventory(root, groups));
    List<NodeDraft> allDrafts = List.copyOf(drafts);
    new NodeChecks(networks, masters, profile).check(drafts, problems);
    Map<String, Group> resolved = groups.map(Groups::resolve).orElse(Map.of());
    groups.ifPresent(
        g -> {
          mountPlaces = g.mountPlaces();
          valuePlaces = g.valuePlaces();
        });
    Map<String, List<Link>> links = new HashMap<>();
    resolved.forEach((group, its) -> links.put(group, its.links()));
    Links.checkAddresses(drafts, links, problems);
    Map<String, Object> resources = Resources.of(root, problems);
    Monitoring monitoring = new MonitoringReader(formats, networks, problems).read(root);
    if (!problems.hasErrors()) {
      // Other errors can be the reason for what these checks report.
      groups.ifPresent(g -> Links.warnOfUnused(g.linkPlaces(), allDrafts, problems));
      imageSection.ifPresent(
          section -> imageReader.checkKernels(section, imagesThatStart(allDrafts, resolved)));
    }
    if (problems.hasErrors() || name.isEmpty() || !masters.areSound()) {
      return Optional.empty();
    }
    if (drafts.isEmpty()) {
      problems.add(
          Problem.warning(
              Location.of(display(file)),
              "the cluster has no nodes",
              "list nodes under \"nodes\", or in the file of \"inventory\""));
    }
    return Optional.of(
        new Cluster(
            name.get(),
            domain,
            version,
            masters.all(),
            networks.placements().stream().map(Networks.Placement::network).toList(),
            imageReader.withoutMounted(images, resolved.values()),
            List.copyOf(resolved.values()),
            drafts.stream().map(draft -> node(draft, resolved)).toList(),
            resources,
            profile,
            monitoring));
  }

  /** Returns the names of the images whose own kernel at least one node starts. */
  private static Set<String> imagesThatStart(List<NodeDraft> nodes, Map<String, Group> groups) {
    return nodes.stream()
        .flatMap(node -> node.group().map(groups::get).stream())
        .filter(group -> group.initramfs() == InitramfsSource.IMAGE)
        .map(Group::image)
        .collect(Collectors.toSet());
  }

  private Profile profile(Section root, Masters masters) {
    Profile profile = GroupReader.keyword(root, "profile", Profile.values()).orElse(Profile.NONE);
    if (profile != Profile.NONE && !masters.isOne()) {
      problems.add(
          Problem.error(
              root.text("profile").orElseThrow().at(),
              ("profile: %s does not support several masters, because one of its files lists"
                      + " all nodes")
                  .formatted(profile.keyword()),
              "remove it, and write its files as templates of the project"));
    } else if (profile == Profile.MOSIX) {
      problems.add(
          Problem.warning(
              root.text("profile").orElseThrow().at(),
              "profile: mosix needs a kernel with MOSIX or openMosix. Current kernels do not"
                  + " migrate processes and cannot mount /mfs",
              "write profile: slurm, which starts jobs on the nodes"));
    }
    return profile;
  }

  private static Node node(NodeDraft draft, Map<String, Group> groups) {
    return new Node(
        draft.name().value(),
        draft.mac().orElseThrow().value(),
        draft.address().orElseThrow().value(),
        Objects.requireNonNull(groups.get(draft.group().orElseThrow())),
        draft.resources(),
        draft.addresses().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    e -> e.getValue().value(),
                    (one, other) -> one,
                    LinkedHashMap::new)));
  }

  private void checkVersion() {
    if (!VERSION.matcher(version).matches()) {
      problems.add(
          Problem.error(
              "the project's version %s is not a valid name for the directory of a release"
                  .formatted(Text.quote(version)),
              "begin it with a letter or digit, and use only letters, digits, dots, hyphens,"
                  + " underscores and +"));
    }
  }

  private void checkBesideAnotherServer(Networks.Placement placement, Masters masters) {
    placement
        .poolAt()
        .filter(at -> masters.of(placement.network()).filter(Master::proxyDhcp).isPresent())
        .ifPresent(
            at ->
                problems.add(
                    Problem.warning(
                        at,
                        "the pool %s has no effect, because with proxyDhcp another server assigns"
                                .formatted(placement.network().pool().orElseThrow())
                            + " the addresses",
                        "remove the pool, or configure it on that server")));
  }

  private List<NodeDraft> inventory(Section root, Optional<Groups> groups) throws IOException {
    Optional<Text> name = root.text("inventory").filter(text -> !text.value().isEmpty());
    if (name.isEmpty()) {
      return List.of();
    }
    try {
      Path path = file.resolveSibling(name.get().value());
      if (!Files.isRegularFile(path)) {
        problems.add(
            Problem.error(
                name.get().at(),
                "file %s does not exist".formatted(Text.quote(display(path))),
                "write the inventory there, or correct the path; it is relative to the descriptor"));
        return List.of();
      }
      inputs.add(path);
      SourceText source = SourceText.read(content.apply(path), baseDir, "the inventory");
      return new InventoryReader(source, formats, groups, problems).read();
    } catch (InvalidPathException notAPath) {
      problems.add(
          Problem.error(
              name.get().at(),
              "%s is not a valid path".formatted(name.get().quoted()),
              "correct it"));
    } catch (ProblemException unreadable) {
      problems.addAll(unreadable.problems());
    }
    return List.of();
  }

  private String display(Path path) {
    return SourceText.display(path, baseDir);
  }
}
