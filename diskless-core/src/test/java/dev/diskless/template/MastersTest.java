package dev.diskless.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.model.Master;
import dev.diskless.problem.Problem;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster with several masters; its golden files are in the folder masters. */
class MastersTest {

  @TempDir private Path templates;

  private final Cluster cluster = Clusters.twoMasters();

  private static Map<String, String> texts(Layer layer) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    for (Entry entry : layer.entries()) {
      texts.put(entry.path().toString(), Rendered.text(entry));
    }
    return texts;
  }

  /** So the programs that read the files of a view, RealParsersTest, read these. */
  @Test
  void aMasterHasTheFilesOfAClusterThatIsItsPart() throws IOException {
    Renderer renderer = Rendered.shipped(cluster);
    for (Cluster view : cluster.perMaster()) {
      assertThat(texts(renderer.master(view.master())))
          .isEqualTo(texts(Rendered.shipped(view).master()));
    }
  }

  @Test
  void theBootFolderIsWhatIsCommonAndWhatIsOfEach() throws IOException {
    Renderer renderer = Rendered.shipped(cluster);
    Map<String, String> parts = new TreeMap<>(texts(renderer.bootOfAll()));
    for (Master master : cluster.masters()) {
      parts.putAll(texts(renderer.bootOf(master)));
    }
    assertThat(parts).isEqualTo(texts(renderer.boot()));
    assertThat(texts(renderer.bootOf(cluster.masters().get(1))).keySet())
        .contains("/pxelinux.cfg/01-52-54-00-00-02-01", "/ipxe/52-54-00-00-03-01.ipxe")
        .noneMatch(path -> path.contains("00-00-01"));
  }

  @Test
  void aTemplateForAllHasNoSingleMaster() throws IOException {
    Rendered.write(templates.resolve("all/etc/chrony.conf.vm"), "server $master.address\n");
    Rendered.write(templates.resolve("node/etc/ntp.conf.vm"), "server $master.address\n");
    Rendered.write(
        templates.resolve("all/etc/servers.vm"), "#foreach($m in $masters)$m.name #end\n");
    Renderer renderer = new Renderer(cluster, templates, templates, Rendered.TIME);
    assertThat(Rendered.text(renderer.all(), "etc/servers")).isEqualTo("rack1 rack2 ");
    assertThat(Rendered.text(renderer.node(cluster.nodes().get(3)), "etc/ntp.conf"))
        .isEqualTo("server 10.2.0.1\n");
    assertThat(renderer.problems().stream().filter(Problem::isError))
        .singleElement()
        .asString()
        .contains("all/etc/chrony.conf.vm:1:8: $master is not defined")
        .contains("$masters");
  }

  /** What is rendered for masters grows with the nodes, not with nodes times masters. */
  @Test
  void eachNodeIsInTheFilesOfOneMaster() throws IOException {
    Renderer renderer = Rendered.shipped(cluster);
    for (String file : new String[] {"etc/dhcp/dhcpd.conf", "etc/hosts.diskless"}) {
      String all = "";
      for (Master master : cluster.masters()) {
        all += Rendered.text(renderer.master(master), file);
      }
      assertThat(all.split("10\\.1\\.1\\.1\\b", -1)).hasSize(2);
    }
  }
}
