package dev.diskless.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Master;
import dev.diskless.model.Mount;
import dev.diskless.model.Node;
import dev.diskless.model.Profile;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.template.TemplateModel.LinkView;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.velocity.Template;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.apache.velocity.exception.VelocityException;
import org.slf4j.helpers.NOPLogger;

/**
 * Renders the templates of one cluster into layers. Files belong to root and have mode 0644 unless
 * the template defines another mode. A template whose result is blank creates no file.
 *
 * <p>Errors of the user do not cause exceptions. A template that cannot be rendered is left out,
 * and {@link #problems} reports the reason. Callers render all layers and then read the problems.
 * Not thread-safe.
 */
public final class Renderer {

  private static final Pattern TOKEN = Pattern.compile("@(\\w+)@");

  /** Variables that Velocity defines in a template. */
  private static final Set<String> BUILT_IN = Set.of("foreach", "bodyContent");

  private static final TreePath ROOT_HOME = TreePath.of("root");
  private static final TreePath ROOT_SSH = TreePath.of("root/.ssh");

  private final Cluster cluster;
  private final Instant timestamp;
  private final TemplateLibrary library;
  private final TemplateModel model;
  private final Map<Master, Cluster> perMaster = new LinkedHashMap<>();
  private final List<Problem> ofLibrary;
  private final TemplateProblems ofTemplates;
  private final Map<String, Template> parsed = new HashMap<>();
  private final VelocityContext common;
  private long merges;

  /**
   * Reads and parses all templates. This finds syntax errors and undefined variables even in a
   * template that is never rendered.
   *
   * @param cluster cluster whose values the templates use
   * @param projectTemplates folder with the project's own templates; may be missing
   * @param baseDir folder that file names in problems are relative to
   * @param timestamp modification time of all rendered files
   * @throws UncheckedIOException if templates cannot be read
   */
  public Renderer(Cluster cluster, Path projectTemplates, Path baseDir, Instant timestamp) {
    this.cluster = Objects.requireNonNull(cluster, "cluster");
    this.timestamp = Objects.requireNonNull(timestamp, "timestamp");
    Problems problems = new Problems();
    try {
      this.library = TemplateLibrary.of(projectTemplates, baseDir, problems);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.ofTemplates = new TemplateProblems(library);
    cluster.perMaster().forEach(view -> perMaster.put(view.master(), view));
    this.model = new TemplateModel(cluster);
    this.ofLibrary = problems.all();
    this.common = new VelocityContext(model.common());
    parse();
  }

  private void parse() {
    VelocityEngine engine = engine(library);
    Map<String, References> references = new HashMap<>();
    for (TemplateSource source : library.all()) {
      try {
        Template template = engine.getTemplate(source.name(), UTF_8.name());
        references.put(source.name(), References.of(template, source.text()));
        parsed.put(source.name(), template);
      } catch (VelocityException e) {
        ofTemplates.add(source, e, "");
      }
    }
    Set<String> assignedAnywhere = union(references.values(), References::assigned);
    Set<String> macrosAnywhere = union(references.values(), References::macros);
    for (TemplateSource source : library.all()) {
      References its = references.get(source.name());
      if (its != null && source.scope() != TemplateScope.LIB) {
        checkReferences(source, its, assignedAnywhere);
        checkCalls(source, its, macrosAnywhere);
      }
      checkTokens(source);
    }
  }

  private static Set<String> union(
      Collection<References> all, Function<References, Set<String>> names) {
    return all.stream()
        .flatMap(r -> names.apply(r).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static VelocityEngine engine(TemplateLibrary library) {
    VelocityEngine engine = new VelocityEngine();
    engine.setProperty("runtime.log.instance", NOPLogger.NOP_LOGGER);
    engine.setProperty("runtime.strict_mode.enable", true);
    engine.setProperty("velocimacro.arguments.strict", true);
    engine.setProperty("introspector.uberspect.class", TemplateUberspect.class.getName());
    // A handler of the context instead of the engine would hide the exceptions of methods.
    engine.setProperty("event_handler.include.class", IncludeDepth.class.getName());
    engine.setProperty("resource.loaders", "library");
    engine.setProperty("resource.loader.library.instance", new LibraryLoader(library));
    engine.setProperty("resource.loader.library.cache", true);
    // 0 keeps all templates; the default cache keeps only 89.
    engine.setProperty("resource.manager.cache.default_size", 0);
    // A macro is visible only in its own template and in templates that #parse it.
    engine.setProperty("velocimacro.inline.local_scope", true);
    // A line that contains only directives leaves no empty line.
    engine.setProperty("parser.space_gobbling", "lines");
    engine.init();
    return engine;
  }

  private void checkReferences(TemplateSource source, References references, Set<String> anywhere) {
    Set<String> known = new TreeSet<>(model.common().keySet());
    known.addAll(variables(source));
    Set<String> defined = new HashSet<>(known);
    defined.addAll(BUILT_IN);
    defined.addAll(references.includesOthers() ? anywhere : references.assigned());
    for (References.Use use : references.uses()) {
      if (!defined.contains(use.name())) {
        ofTemplates.add(
            source.at(use.line(), use.column()),
            "$" + use.name() + " is not defined",
            "write one of $" + String.join(", $", known) + ", or #set it first",
            "");
        parsed.remove(source.name());
      }
    }
  }

  private void checkCalls(TemplateSource source, References references, Set<String> anywhere) {
    Set<String> defined = references.includesOthers() ? anywhere : references.macros();
    for (References.Use call : references.calls()) {
      if (!defined.contains(call.name())) {
        ofTemplates.add(
            source.at(call.line(), call.column()),
            "macro #" + call.name() + " does not exist",
            "define it with #macro, #parse the template that defines it, or write #[[#"
                + call.name()
                + "]]#"
                + " for plain text",
            "");
        parsed.remove(source.name());
      }
    }
  }

  private static Set<String> variables(TemplateSource source) {
    return switch (source.scope()) {
      case MASTER ->
          Set.of(
              "header",
              "master",
              "exports",
              "shares",
              "bootMethods",
              "architectures",
              "subnets",
              "page");
      case BOOT -> isPerNode(source) ? TemplateModel.NODE_VARIABLES : Set.of("header");
      case GROUP -> TemplateModel.GROUP_VARIABLES;
      case NODE -> TemplateModel.NODE_VARIABLES;
      case ALL, LIB -> Set.of("header");
    };
  }

  private void checkTokens(TemplateSource source) {
    if (source.scope() != TemplateScope.BOOT) {
      return;
    }
    Matcher token = TOKEN.matcher(source.target());
    while (token.find()) {
      if (!TemplateModel.TOKENS.contains(token.group(1))) {
        ofTemplates.add(
            source.at(0, 0),
            "the token " + token.group() + " in its path is unknown",
            "write one of @" + String.join("@, @", new TreeSet<>(TemplateModel.TOKENS)) + "@",
            "");
        parsed.remove(source.name());
      }
    }
  }

  private static boolean isPerLink(TemplateSource source) {
    return source.target().contains("@" + TemplateModel.LINK_TOKEN + "@");
  }

  private static boolean isPerNode(TemplateSource source) {
    return TOKEN.matcher(source.target()).find();
  }

  /** Renders files for services of the only master, such as {@code etc/dhcp/dhcpd.conf}. */
  public Layer master() {
    return master(cluster.master());
  }

  /** Renders files for services of a master, with the networks and nodes of that master. */
  public Layer master(Master master) {
    Layer.Builder layer = Layer.builder("rendered master");
    Cluster served = perMaster.get(master);
    TemplateModel its = cluster.hasOneMaster() ? model : new TemplateModel(served, cluster);
    String subject = cluster.hasOneMaster() ? "" : "master " + master.name();
    render(TemplateScope.MASTER, its.ofMaster(), Map.of(), "rendered master", subject, layer);
    if (cluster.monitoring().hasPrometheus()) {
      ClusterPage.addTo(layer, served, timestamp, "rendered master");
    }
    return layer.build();
  }

  /** Renders the configuration of boot loaders below the TFTP root, for all nodes. */
  public Layer boot() {
    return boot(true, cluster.nodes());
  }

  /** Renders the boot loaders' configuration that is the same on all masters. */
  public Layer bootOfAll() {
    return boot(true, List.of());
  }

  /** Renders the boot loaders' configuration for the nodes of one master. */
  public Layer bootOf(Master master) {
    return boot(false, perMaster.get(master).nodes());
  }

  private Layer boot(boolean withCommon, List<Node> nodes) {
    String name = "rendered boot";
    Layer.Builder layer = Layer.builder(name);
    List<TemplateSource> perNode = new ArrayList<>();
    for (TemplateSource source : library.in(TemplateScope.BOOT)) {
      if (isPerNode(source)) {
        perNode.add(source);
      } else if (withCommon) {
        merge(source, common, "").ifPresent(t -> add(source, Map.of(), t, name, layer));
      }
    }
    for (Node node : nodes) {
      VelocityContext context = new VelocityContext(model.of(node), common);
      Map<String, String> tokens = model.tokens(node);
      for (TemplateSource source : perNode) {
        merge(source, context, "node " + node.name())
            .ifPresent(t -> add(source, tokens, t, name, layer));
      }
    }
    return layer.build();
  }

  private static String resolve(String target, Map<String, String> tokens) {
    // Unknown tokens stay unchanged, because systemd has units such as a@b@c.service.
    return TOKEN
        .matcher(target)
        .replaceAll(m -> Matcher.quoteReplacement(tokens.getOrDefault(m.group(1), m.group())));
  }

  /** Renders the files that are the same on all nodes. */
  public Layer all() {
    Layer.Builder layer = Layer.builder("rendered all");
    render(TemplateScope.ALL, Map.of(), Map.of(), "rendered all", "", layer);
    return layer.build();
  }

  /** Renders the files that are the same on all nodes of a group, and its mount points. */
  public Layer group(Group group) {
    String name = "rendered group " + group.name();
    Layer.Builder layer = Layer.builder(name);
    for (Mount mount : group.mounts()) {
      layer.ensure(directory(TreePath.of(mount.path()), 0755, name));
    }
    if (cluster.profile() == Profile.MOSIX) {
      layer.ensure(directory(TreePath.of("mfs"), 0755, name));
      addStartOfOpenMosix(group, name, layer);
    }
    Map<String, String> tokens = TemplateModel.tokens(group);
    render(TemplateScope.GROUP, model.of(group), tokens, name, "group " + group.name(), layer);
    group.system().timezone().ifPresent(zone -> addTimezone(zone, name, layer));
    return layer.build();
  }

  /** Renders the files of one node. */
  public Layer node(Node node) {
    String name = "rendered node " + node.name();
    Layer.Builder layer = Layer.builder(name);
    Map<String, String> tokens = TemplateModel.tokens(node.group());
    render(TemplateScope.NODE, model.of(node), tokens, name, "node " + node.name(), layer);
    return layer.build();
  }

  /**
   * Returns all problems found so far. Problems of paths and syntax are known from the start; other
   * problems occur only while a template is rendered. An error that occurs for many nodes is
   * reported once.
   */
  public List<Problem> problems() {
    List<Problem> all = new ArrayList<>(ofLibrary);
    all.addAll(ofTemplates.all());
    return List.copyOf(all);
  }

  /** Returns how often a template was rendered so far. Tests limit this number. */
  long merges() {
    return merges;
  }

  private void render(
      TemplateScope scope,
      Map<String, Object> variables,
      Map<String, String> tokens,
      String name,
      String subject,
      Layer.Builder layer) {
    VelocityContext context = new VelocityContext(new HashMap<>(variables), common);
    for (TemplateSource source : library.in(scope)) {
      if (isPerLink(source)) {
        for (Object each : (List<?>) variables.getOrDefault("links", List.of())) {
          LinkView link = (LinkView) each;
          context.put("link", link);
          Map<String, String> more = new HashMap<>(tokens);
          more.put(TemplateModel.LINK_TOKEN, link.link().name());
          merge(source, context, subject).ifPresent(t -> add(source, more, t, name, layer));
        }
        context.put("link", null);
      } else {
        merge(source, context, subject).ifPresent(t -> add(source, tokens, t, name, layer));
      }
    }
  }

  /** Returns the rendered text; empty if it is blank or if rendering failed. */
  private Optional<String> merge(TemplateSource source, VelocityContext variables, String subject) {
    Template template = parsed.get(source.name());
    if (template == null) {
      return Optional.empty();
    }
    merges++;
    // The variables that a template sets are visible only to this template.
    VelocityContext context = new VelocityContext(new HashMap<>(), variables);
    context.put("header", "Made by diskless from its template " + source.name());
    StringWriter text = new StringWriter();
    try {
      template.merge(context, text);
    } catch (VelocityException e) {
      ofTemplates.add(source, e, subject);
      return Optional.empty();
    }
    return Optional.of(text.toString().replace("\r\n", "\n")).filter(t -> !t.isBlank());
  }

  private void add(
      TemplateSource source,
      Map<String, String> tokens,
      String text,
      String name,
      Layer.Builder layer) {
    BytesContent content = new BytesContent(text.getBytes(UTF_8));
    Metadata metadata = Metadata.root(source.header().mode(), timestamp);
    for (String target : source.targets()) {
      TreePath path = TreePath.of(tokens.isEmpty() ? target : resolve(target, tokens));
      addPrivateParents(path, name, layer);
      layer.add(Entry.file(path, metadata, content, name));
    }
  }

  /** Adds the link by which the C library finds the time zone (localtime(5)). */
  private void addTimezone(String zone, String name, Layer.Builder layer) {
    layer.add(
        Entry.symlink(
            TreePath.of("etc/localtime"),
            Metadata.root(0777, timestamp),
            "../usr/share/zoneinfo/" + zone,
            name));
  }

  /**
   * Adds the links by which init starts and stops openMosix, in the folders of the distribution.
   */
  private void addStartOfOpenMosix(Group group, String name, Layer.Builder layer) {
    String folder =
        switch (group.networkConfig()) {
          case SUSE -> "etc/init.d/rc%c.d/";
          case REDHAT -> "etc/rc.d/rc%c.d/";
          default -> "etc/rc%c.d/";
        };
    String script =
        switch (group.networkConfig()) {
          case SUSE -> "../openmosix";
          case REDHAT -> "../../init.d/openmosix";
          default -> "../init.d/openmosix";
        };
    for (char level : "0123456".toCharArray()) {
      String link = level >= '2' && level <= '5' ? "S20openmosix" : "K80openmosix";
      TreePath path = TreePath.of(folder.formatted(level) + link);
      layer.add(Entry.symlink(path, Metadata.root(0777, timestamp), script, name));
    }
  }

  /** Adds root's home with mode 0700, because sshd rejects keys that other users can change. */
  private void addPrivateParents(TreePath path, String name, Layer.Builder layer) {
    if (path.startsWith(ROOT_HOME)) {
      layer.ensure(directory(ROOT_HOME, 0700, name));
    }
    if (path.startsWith(ROOT_SSH)) {
      layer.add(directory(ROOT_SSH, 0700, name));
    }
  }

  private Entry directory(TreePath path, int mode, String name) {
    return Entry.directory(path, Metadata.root(mode, timestamp), name);
  }
}
