package dev.diskless.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresProgram;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresProgram("sh")
class RebootScriptsTest {

  private static final String RELEASE = "/srv/diskless/lab/releases/1.0";

  @TempDir private Path folder;

  private final Cluster cluster = Clusters.lab();
  private final Node full = cluster.nodes().get(0);
  private final Node overlay = cluster.nodes().get(1);

  /** What a script printed and how it ended. */
  private record Result(int code, String output) {}

  private static Result run(String script) throws Exception {
    Process shell = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
    String output = new String(shell.getInputStream().readAllBytes(), UTF_8);
    return new Result(shell.waitFor(), output);
  }

  /** The same with all paths of the node below a folder. */
  private Result runIn(Path root, String script) throws Exception {
    for (String name : List.of("/usr", "/etc", "/var", "/root", "/tmp")) {
      script = script.replace(name + "/.diskless", root + name + "/.diskless");
    }
    return run(script.replaceAll("(?<=[ >])/\\.diskless", root + "/.diskless"));
  }

  private Path root(String name) throws Exception {
    Path root = folder.resolve(name);
    for (String part : List.of("usr", "etc", "var", "root", "tmp")) {
      Files.createDirectories(root.resolve(part));
    }
    return root;
  }

  @Test
  void aNodeOfModeFullKeepsWhatItWrote() throws Exception {
    Path root = root("full");

    Result marked = runIn(root, RebootScripts.mark(full));
    assertThat(marked.output()).contains("left ");
    assertThat(marked.code()).as(marked.output()).isZero();
    assertThat(root.resolve(".diskless-lab-firstslave")).hasContent("firstslave");
    assertThat(root.resolve("tmp/.diskless-lab-firstslave")).exists();
    assertThat(runIn(root, RebootScripts.marked(full)).code()).isZero();

    Files.delete(root.resolve("tmp/.diskless-lab-firstslave"));
    assertThat(runIn(root, RebootScripts.marked(full)).code())
        .as("systemd empties /tmp at each start")
        .isZero();

    Files.delete(root.resolve("var/.diskless-lab-firstslave"));
    Result lost = runIn(root, RebootScripts.marked(full));
    assertThat(lost.code()).isNotZero();
    assertThat(lost.output()).contains("lost ", "var/.diskless-lab-firstslave");
  }

  @Test
  void aStatelessNodeLosesIt() throws Exception {
    Path root = root("overlay");
    assertThat(runIn(root, RebootScripts.mark(overlay)).code()).isZero();

    Result kept = runIn(root, RebootScripts.marked(overlay));
    assertThat(kept.code()).isNotZero();
    assertThat(kept.output()).contains("still there: ");

    Result gone = runIn(root("after"), RebootScripts.marked(overlay));
    assertThat(gone.output()).contains("gone ");
    assertThat(gone.code()).as(gone.output()).isZero();
  }

  @Test
  void theMarkOfAnotherIsToldOf() throws Exception {
    Path root = root("others");
    Files.writeString(root.resolve("etc/.diskless-lab-neighbour"), "neighbour");

    Result result = runIn(root, RebootScripts.marked(overlay));

    assertThat(result.code()).isNotZero();
    assertThat(result.output()).contains("the mark of another node: ", ".diskless-lab-neighbour");
  }

  private static Result onMaster(Node node, String... found) throws Exception {
    return run("found='" + String.join("\n", found) + "'\n" + RebootScripts.onMaster(node));
  }

  @Test
  void theMasterHasWhatANodeOfModeFullWrote() throws Exception {
    String tree = RELEASE + "/192.168.45.45";
    String mark = "/.diskless-lab-firstslave";
    String[] all = {
      tree + mark,
      tree + "/usr" + mark,
      tree + "/etc" + mark,
      tree + "/var" + mark,
      tree + "/root" + mark
    };

    assertThat(onMaster(full, all).code()).isZero();
    all[3] = RELEASE + "/images/golden/var" + mark;
    assertThat(onMaster(full, all).output()).contains("it wrote into what is shared");
    assertThat(onMaster(full, all).code()).isNotZero();
    assertThat(onMaster(full, tree + "/etc" + mark).output())
        .contains("none of /var", "none of /root")
        .doesNotContain("none of /etc\n");
  }

  @Test
  void theMasterHasNothingOfAStatelessNode() throws Exception {
    assertThat(onMaster(overlay).code()).isZero();
    assertThat(onMaster(overlay, RELEASE + "/nodes/second/etc/.diskless-lab-second").code())
        .isNotZero();
  }

  @Test
  void onlyANodeInMemoryIsLeftAlone() {
    assertThat(RebootScripts.goesOnAlone(full)).isFalse();
    assertThat(RebootScripts.goesOnAlone(overlay)).isFalse();
  }

  @Test
  void whatRunsAloneReadsAndStartsPrograms() throws Exception {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    for (int i = 0; i < 45; i++) {
      Files.writeString(tree.resolve("file" + i), "text " + i);
    }
    Path script = folder.resolve("alone");
    try (InputStream in = RebootScripts.class.getResourceAsStream("alone.sh")) {
      Files.copy(in, script);
    }

    Result well = run("seconds=2 tree=%s sh %s".formatted(tree, script));
    assertThat(well.output()).containsPattern("alone for 2 s: read \\d+ files, ran \\d+ programs");
    assertThat(well.code()).isZero();
    assertThat(folder.resolve("alone.count")).exists();

    Result nothing = run("seconds=1 tree=%s/none sh %s".formatted(tree, script));
    assertThat(nothing.code()).isNotZero();
  }
}
