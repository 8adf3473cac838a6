package dev.diskless.template;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.model.Part;
import dev.diskless.problem.Problem;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RendererTest {

  @TempDir Path project;

  private final Cluster cluster = Clusters.twoNetworks();

  private void template(String name, String text) throws IOException {
    Rendered.write(project.resolve("templates").resolve(name), text);
  }

  private Renderer renderer(Cluster of) {
    return new Renderer(of, project.resolve("templates"), project, Rendered.TIME);
  }

  private Renderer renderer() {
    return renderer(cluster);
  }

  /** Renders everything, and gives every problem as a user sees it. */
  private List<String> problems() {
    Renderer renderer = renderer();
    Rendered.layers(cluster, renderer);
    return renderer.problems().stream().map(Problem::toString).toList();
  }

  private String renderedForN1(String text) throws IOException {
    template("node/etc/own.vm", text);
    Renderer renderer = renderer();
    Layer layer = renderer.node(cluster.nodes().get(0));
    assertThat(renderer.problems()).isEmpty();
    return Rendered.text(layer, "etc/own");
  }

  @Test
  void theIndexListsEveryShippedTemplate() throws IOException {
    Path folder = Path.of("src", "main", "resources", "dev", "diskless", "templates");
    try (Stream<Path> walk = Files.walk(folder)) {
      List<String> files =
          walk.filter(f -> f.toString().endsWith(".vm"))
              .map(f -> folder.relativize(f).toString().replace('\\', '/'))
              .sorted()
              .toList();
      assertThat(Files.readAllLines(folder.resolve("index.txt"))).isEqualTo(files);
    }
    assertThat(files(folder)).doesNotHaveDuplicates();
  }

  /** Names as a file system without cases has them. */
  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.map(f -> f.toString().toLowerCase(java.util.Locale.ROOT)).toList();
    }
  }

  @Test
  void namesTheLayersAndGivesRootEverything() {
    Renderer renderer = renderer();
    assertThat(Rendered.layers(cluster, renderer).values())
        .extracting(Layer::name)
        .containsExactly(
            "rendered master",
            "rendered boot",
            "rendered all",
            "rendered group compute",
            "rendered group visual",
            "rendered node n1",
            "rendered node n2",
            "rendered node v1");
    for (Layer layer : Rendered.layers(cluster, renderer).values()) {
      assertThat(layer.entries())
          .allSatisfy(
              e -> {
                assertThat(e.layer()).isEqualTo(layer.name());
                assertThat(e.metadata().uid()).isZero();
                assertThat(e.metadata().gid()).isZero();
                assertThat(e.metadata().mtime()).isEqualTo(Rendered.TIME);
              });
    }
    assertThat(renderer.problems()).isEmpty();
  }

  @Test
  void putsTheInterfaceIntoPathsOfGroupsAndNodesAndKeepsOtherSigns() throws IOException {
    template("group/etc/if-@interface@/a@b@c.vm", "of the group\n");
    template("node/etc/ifcfg-@interface@.vm", "## also: etc/also-@interface@\n$node.name\n");
    template("all/etc/ifcfg-@interface@.vm", "of all\n");
    Renderer renderer = renderer();
    String name = cluster.groups().get(0).interfaceName();
    Layer group = renderer.group(cluster.groups().get(0));
    assertThat(Rendered.has(group, "etc/if-" + name + "/a@b@c")).isTrue();
    Layer node = renderer.node(cluster.nodes().get(0));
    assertThat(Rendered.text(node, "etc/ifcfg-" + name)).isEqualTo("n1\n");
    assertThat(Rendered.text(node, "etc/also-" + name)).isEqualTo("n1\n");
    // Groups differ in their interfaces; what all nodes have knows none.
    assertThat(Rendered.has(renderer.all(), "etc/ifcfg-@interface@")).isTrue();
    assertThat(renderer.problems()).isEmpty();
  }

  @Test
  void keepsKeysToRootAndLeavesAnExistingHomeAlone() {
    Layer layer = renderer().group(cluster.groups().get(0));
    assertThat(Rendered.entry(layer, "root/.ssh/authorized_keys").metadata().mode())
        .isEqualTo(0600);
    FileTree image =
        FileTree.of(
            List.of(
                Entry.directory(TreePath.of("root"), Metadata.root(0750, Rendered.TIME), "image")));
    var problems = new dev.diskless.problem.Problems();
    assertThat(mode(image.with(layer, problems), "root")).isEqualTo(0750);
    assertThat(mode(FileTree.of(List.of()).with(layer, problems), "root")).isEqualTo(0700);
    assertThat(mode(image.with(layer, problems), "root/.ssh")).isEqualTo(0700);
    assertThat(mode(image.with(layer, problems), "srv/data sets")).isEqualTo(0755);
    assertThat(problems.all()).isEmpty();
  }

  private static int mode(FileTree tree, String path) {
    return tree.get(TreePath.of(path)).orElseThrow().metadata().mode();
  }

  @Test
  void writesNoKeyFileWithoutKeysAndNothingForNone() {
    Layer visual = renderer().group(cluster.groups().get(1));
    assertThat(visual.entries())
        .extracting(e -> e.path().toString())
        .containsExactly("/etc/rsyslog.d/diskless.conf");
    assertThat(visual.ensured()).extracting(e -> e.path().toString()).containsExactly("/home");
  }

  @Test
  void writesTheNameUnderBothItsFileNames() throws IOException {
    Layer layer = renderer().node(cluster.nodes().get(0));
    assertThat(Rendered.text(layer, "etc/hostname")).isEqualTo("n1\n");
    assertThat(Rendered.text(layer, "etc/HOSTNAME")).isEqualTo("n1\n");
    assertThat(Rendered.entry(layer, "etc/machine-id").metadata().mode()).isEqualTo(0444);
  }

  @Test
  void oneNameServerListForAllStandsInTheFileOfAll() throws IOException {
    var first = cluster.networks().get(0);
    Cluster one =
        new Cluster(
            cluster.name(),
            cluster.domain(),
            cluster.version(),
            cluster.master(),
            List.of(first),
            cluster.images(),
            cluster.groups(),
            cluster.nodes().subList(0, 2),
            cluster.resources());
    Renderer renderer = Rendered.shipped(one);
    assertThat(Rendered.text(renderer.all(), "etc/resolv.conf"))
        .contains("nameserver 10.1.0.1\nnameserver 10.1.0.2\n");
    assertThat(Rendered.has(renderer.node(one.nodes().get(0)), "etc/resolv.conf")).isFalse();
  }

  @Test
  void theProjectsTemplateShadowsTheShippedOneByPath() throws IOException {
    template("node/etc/fstab.vm", "#foreach($l in $fstab)\n$l.file\n#end\n");
    Renderer renderer = renderer();
    assertThat(Rendered.text(renderer.node(cluster.nodes().get(2)), "etc/fstab"))
        .isEqualTo("/home\n");
    assertThat(renderer.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n\t\n", "## not here\n", "#if($node.name == 'n9')\nx\n#end\n"})
  void aBlankResultMakesNoFile(String text) throws IOException {
    template("node/etc/fstab.vm", text);
    Renderer renderer = renderer();
    assertThat(Rendered.has(renderer.node(cluster.nodes().get(0)), "etc/fstab")).isFalse();
    assertThat(renderer.problems()).isEmpty();
  }

  @Test
  void rendersTemplatesOfTheProjectsOwn() throws IOException {
    template("all/etc/motd.vm", "Welcome to $cluster.name at $resources.site\n");
    template("group/etc/rack.vm", "$group.name $resources.rack\n");
    template("boot/by-name/@name@-@hexip@-@address@.vm", "$node.mac\n");
    template("master/etc/nodes.vm", "#foreach($n in $nodes)\n$n $n.network.subnet\n#end\n");
    Renderer renderer = renderer();
    assertThat(Rendered.text(renderer.all(), "etc/motd")).isEqualTo("Welcome to lab at Bonn\n");
    assertThat(Rendered.text(renderer.group(cluster.groups().get(1)), "etc/rack"))
        .isEqualTo("visual r2\n");
    assertThat(Rendered.text(renderer.boot(), "by-name/v1-0A020304-10.2.3.4"))
        .isEqualTo("52:54:00:00:02:0a\n");
    assertThat(Rendered.text(renderer.master(), "etc/nodes"))
        .isEqualTo("n1 10.1.0.0/24\nn2 10.1.0.0/24\nv1 10.2.0.0/20\n");
    assertThat(renderer.problems()).isEmpty();
  }

  @Test
  void resourcesOfANodeStandOverItsGroupsAndTheClusters() throws IOException {
    template("node/etc/own.vm", "$node.resources.rack $resources.slots $resources.site\n");
    Renderer renderer = renderer();
    assertThat(Rendered.text(renderer.node(cluster.nodes().get(0)), "etc/own"))
        .isEqualTo("r1 16 Bonn\n");
    assertThat(Rendered.text(renderer.node(cluster.nodes().get(1)), "etc/own"))
        .isEqualTo("r7 16 Bonn\n");
  }

  @Test
  void linesOfDirectivesAndCommentsLeaveNothingBehind() throws IOException {
    assertThat(renderedForN1("a\n## gone\n  #if($node.name)\n  b $node.name()\n  #end\nc\n"))
        .isEqualTo("a\n  b n1\nc\n");
  }

  @Test
  void writesUtf8WithUnixLineEnds() throws IOException {
    assertThat(renderedForN1("\uFEFFé\r\n#if(true)\r\nü 日本\r\n#end\r\n")).isEqualTo("é\nü 日本\n");
  }

  @Test
  void setsTheModeThatATemplateAsksFor() throws IOException {
    template("node/usr/local/bin/own.vm", "## Runs at night.\n## mode: 0755\n#!/bin/sh\n");
    Layer layer = renderer().node(cluster.nodes().get(0));
    assertThat(Rendered.entry(layer, "usr/local/bin/own").metadata().mode()).isEqualTo(0755);
    assertThat(Rendered.text(layer, "usr/local/bin/own")).isEqualTo("#!/bin/sh\n");
  }

  @Test
  void parsesOnlyTemplatesOfTheFolders() throws IOException {
    template("lib/part.vm", "#macro(line $x)[$x]#end\n#set($here = 'there')\n");
    assertThat(renderedForN1("#parse('lib/part.vm')\n#line($node.name) $here\n"))
        .isEqualTo("[n1] there\n");
  }

  @Test
  void tellsEveryMistakeOfEveryTemplateAtOnce() throws IOException {
    template("node/etc/a.vm", "ok\n$undefined here\n#if($nod.name)x#end\n");
    template("all/etc/b.vm", "#if($cluster.name)\n");
    template("group/etc/c.vm", "  $group.nmae\n");
    template("master/etc/d.vm", "$resources.nothing.more\n");
    template("nodes/etc/e.vm", "x");
    template("node/etc/f", "x");
    template("top.vm", "x");
    template("boot/@nmae@.vm", "$node.name");
    template("node/etc/g.vm", "## mode: rwx\nx\n");
    template("node/etc/h.vm", "## also: ../../etc/passwd\nx\n");
    template("all/etc/i.vm", "$node.name\n");
    Path latin = project.resolve("templates/all/etc/latin.vm");
    Files.write(latin, "é".getBytes(ISO_8859_1));
    assertThat(problems())
        .satisfiesExactlyInAnyOrder(
            p ->
                assertThat(p)
                    .startsWith(
                        "templates/node/etc/a.vm:2:1: $undefined is not defined; write one of $addressRuns, $boot, $cluster, $"),
            p -> assertThat(p).startsWith("templates/node/etc/a.vm:3:5: $nod is not defined; "),
            p ->
                assertThat(p)
                    .startsWith(
                        "templates/all/etc/b.vm:2:1: the syntax is wrong at the end of the file"),
            p ->
                assertThat(p)
                    .startsWith(
                        "templates/group/etc/c.vm:1:10: a Group does not have property 'nmae' (for group compute and 1 more); "),
            p ->
                assertThat(p)
                    .startsWith(
                        "templates/master/etc/d.vm:1:20: more is used on a missing value; "),
            p ->
                assertThat(p)
                    .startsWith(
                        "templates/nodes/etc/e.vm: scope nodes does not exist; move it to one of the folders master, boot, all, group, node, lib"),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "templates/node/etc/f: not a template; put it under files/ to copy it"
                            + " unchanged, or let its name end in .vm to render it"),
            p ->
                assertThat(p)
                    .startsWith(
                        "templates/top.vm: a template must be in the folder of its scope; "),
            p ->
                assertThat(p)
                    .startsWith(
                        "templates/boot/@nmae@.vm: the token @nmae@ in its path is unknown; write one of @address@, @hexip@, @mac@, @name@"),
            p ->
                assertThat(p)
                    .startsWith(
                        "templates/node/etc/g.vm:1:1: not valid permission" + " bits: rwx; "),
            p ->
                assertThat(p)
                    .startsWith(
                        "templates/node/etc/h.vm:1:1: not a valid path of a file:"
                            + " ../../etc/passwd; "),
            p -> assertThat(p).startsWith("templates/all/etc/i.vm:1:1: $node is not defined; "),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "templates/all/etc/latin.vm: the template is not UTF-8; save the file as UTF-8"));
  }

  @Test
  void tellsAMistakeOnceHoweverManyNodesItShowsAt() throws IOException {
    template("node/etc/own.vm", "$node.resources.missing\n");
    assertThat(problems())
        .containsExactly(
            "templates/node/etc/own.vm:1:1: $node.resources.missing has no value"
                + " (for node n1 and 2 more); give it a value, or test it first with #if");
  }

  @Test
  void tellsWhereInTheShippedTemplatesAMistakeShows() throws IOException {
    template("lib/part.vm", "\n $node.typo\n");
    template("node/etc/own.vm", "#parse('lib/part.vm')\n");
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("templates/lib/part.vm:2:8: a Node does not have property 'typo' (for node n1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$node.class.classLoader",
        "$node.class",
        "$node.getClass().forName('java.lang.Runtime')",
        "$node.name.getClass()",
        "$node.name.class.forName('java.lang.Runtime').getRuntime().exec('true')",
        "$resources.getClass().getClassLoader()",
        "$nodes.class",
        "$text.class",
        "$text.getClass().getModule()",
        "$foreach.getClass()",
        "$node.name.chars().getClass()",
        "#set($s = $node.name.getClass())$s",
        "#evaluate('$node.getClass()')",
        "#foreach($m in $node.getClass().getMethods())$m#end",
        "$node.mac.bytes.class",
      })
  void nothingLeadsOutOfATemplate(String text) throws IOException {
    template("node/etc/own.vm", "#foreach($x in [1])" + text + "#end\n");
    Renderer renderer = renderer();
    Layer layer = renderer.node(cluster.nodes().get(0));
    assertThat(Rendered.has(layer, "etc/own")).isFalse();
    assertThat(renderer.problems()).hasSize(1);
    assertThat(renderer.problems().get(0).toString())
        .startsWith("templates/node/etc/own.vm:1:")
        .doesNotContain("dev.diskless");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#parse('../secret.vm')",
        "#include('../secret.vm')",
        "#include('/etc/passwd')",
        "#parse('node/../../secret.vm')",
        "#include('index.txt')",
        "#include('file:/etc/passwd')",
        "#include('node/etc/../../../secret.vm')",
      })
  void nothingOutsideTheTemplatesIsRead(String text) throws IOException {
    Rendered.write(project.resolve("secret.vm"), "secret");
    template("node/etc/own.vm", "first\n " + text + "\n");
    Renderer renderer = renderer();
    Layer layer = renderer.node(cluster.nodes().get(0));
    assertThat(Rendered.has(layer, "etc/own")).isFalse();
    assertThat(renderer.problems())
        .singleElement()
        .asString()
        .startsWith("templates/node/etc/own.vm:2:2: template ");
  }

  @Test
  void aTemplateThatParsesItselfIsAnErrorAndNoHang() throws IOException {
    template("node/etc/own.vm", "x #parse('node/etc/own.vm')\n");
    Renderer renderer = renderer();
    Layer layer = renderer.node(cluster.nodes().get(0));
    assertThat(Rendered.has(layer, "etc/own")).isFalse();
    assertThat(renderer.problems())
        .singleElement()
        .asString()
        .startsWith(
            "templates/node/etc/own.vm:1:3: these templates include each other endlessly with"
                + " #parse: 'node/etc/own.vm' (for node n1); ");
  }

  @Test
  void whatConfigurationFilesCommentOutIsText() throws IOException {
    String text = "#PermitRootLogin no\n# $ 5, see (a)\n#Note (b)\n";
    assertThat(renderedForN1(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$nodes.clear()",
        "#set($x = $resources.put('site', 'Rome'))",
        "#set($node.name = 'x')"
      })
  void templatesCannotChangeWhatOthersSee(String text) throws IOException {
    template("node/etc/own.vm", text + "\n");
    template("node/etc/set.vm", "#set($node = 'n9')$node\n");
    Renderer renderer = renderer();
    Layer layer = renderer.node(cluster.nodes().get(0));
    assertThat(renderer.problems()).hasSize(1);
    assertThat(Rendered.text(layer, "etc/set")).isEqualTo("n9\n");
    assertThat(Rendered.text(renderer.node(cluster.nodes().get(0)), "etc/hostname"))
        .isEqualTo("n1\n");
  }

  @Test
  void macrosOfOneTemplateAreNotThoseOfAnother() throws IOException {
    template("node/etc/a.vm", "#macro(mine)a#end#mine()\n");
    template("node/etc/b.vm", "#mine()\n");
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("templates/node/etc/b.vm:1:1: macro #mine does not exist; ");
  }

  @Test
  void costsOneMergeATemplateAndNode() {
    Cluster small = Clusters.ofSize(10);
    Cluster large = Clusters.ofSize(200);
    assertThat(merges(large) - merges(small)).isEqualTo(190 * (merges(small) - fixed(small)) / 10);
    assertThat(fixed(large)).isEqualTo(fixed(small));
  }

  private static long merges(Cluster cluster) {
    Renderer renderer = Rendered.shipped(cluster);
    Rendered.layers(cluster, renderer);
    assertThat(renderer.problems()).isEmpty();
    return renderer.merges();
  }

  /** What is rendered with no node at all, with one group. */
  private static long fixed(Cluster cluster) {
    Cluster empty = Clusters.of(cluster.groups(), List.of());
    Renderer renderer = Rendered.shipped(empty);
    renderer.master();
    renderer.boot();
    renderer.all();
    renderer.group(cluster.groups().get(0));
    return renderer.merges();
  }

  @Test
  void rendersTheSameBytesTwice() throws IOException {
    for (var layer : Rendered.layers(cluster, renderer()).entrySet()) {
      Layer again = Rendered.layers(cluster, renderer()).get(layer.getKey());
      for (Entry entry : layer.getValue().entries()) {
        if (entry.isFile()) {
          assertThat(Rendered.entry(again, entry.path().toString()).looksLike(entry)).isTrue();
        }
      }
    }
  }

  @Test
  void ignoresWhatSystemsLeaveBehind() throws IOException {
    template(".gitkeep", "");
    template("node/.DS_Store", "x");
    assertThat(problems()).isEmpty();
  }

  /** The examples of docs/templates.md that are indented by four. */
  @Test
  void theExamplesOfTheDocumentationWork() throws IOException {
    String text = Files.readString(Path.of("..", "docs", "templates.md"));
    template("node/etc/fstab.vm", example(text, "    # $header"));
    template("node/etc/resources.vm", example(text, "    $node.resources.rack"));
    var node = cluster.nodes().get(0);
    Cluster rich =
        new Cluster(
            cluster.name(),
            cluster.domain(),
            cluster.version(),
            cluster.master(),
            cluster.networks(),
            cluster.images(),
            cluster.groups(),
            List.of(node),
            Map.of("gpu", true, "limits", Map.of("nofile", 4096)));
    Renderer renderer = renderer(rich);
    Layer layer = renderer.node(node);
    assertThat(renderer.problems()).isEmpty();
    assertThat(Rendered.text(layer, "etc/fstab"))
        .contains("10.1.0.1:/home /home nfs rw,hard,_netdev 0 0\n")
        .endsWith("tmpfs /tmp tmpfs rw,nosuid,nodev,mode=1777 0 0\n");
    assertThat(Rendered.text(layer, "etc/resources"))
        .isEqualTo("r1\noptions nvidia NVreg_DeviceFileMode=0660\nnofile 4096\n");
  }

  private static String example(String text, String firstLine) {
    return text.lines()
        .dropWhile(l -> !l.equals(firstLine))
        .takeWhile(l -> l.startsWith("    "))
        .map(l -> l.substring(4) + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void theDocumentationNamesEveryVariableAndTemplate() throws IOException {
    String text = Files.readString(Path.of("..", "docs", "templates.md"));
    for (Class<?> view : TemplateModel.class.getDeclaredClasses()) {
      if (view.isRecord()) {
        for (var component : view.getRecordComponents()) {
          if (!component.isAnnotationPresent(Part.class)) {
            assertThat(text).as(view.getSimpleName()).contains("`" + component.getName() + "`");
          }
        }
      }
    }
    for (String name : TemplateModel.NODE_VARIABLES) {
      assertThat(text).contains("`$" + name + "`");
    }
    for (String name :
        Files.readAllLines(
            Path.of("src", "main", "resources", "dev", "diskless", "templates", "index.txt"))) {
      assertThat(text).contains("`" + name + "`");
    }
  }
}
