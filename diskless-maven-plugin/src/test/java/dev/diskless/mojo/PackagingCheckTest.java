package dev.diskless.mojo;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.MavenExecutionException;
import org.apache.maven.model.Build;
import org.apache.maven.model.Model;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackagingCheckTest {

  @TempDir Path directory;

  private final Plugin plugin = new Plugin();

  private void check(String packaging) throws MavenExecutionException {
    plugin.setGroupId("dev.diskless");
    plugin.setArtifactId("diskless-maven-plugin");
    Model model = new Model();
    model.setPackaging(packaging);
    model.setBuild(new Build());
    model.getBuild().addPlugin(plugin);
    MavenProject project = new MavenProject(model);
    project.setFile(directory.resolve("pom.xml").toFile());
    PackagingCheck.check(project);
  }

  private void writeDescriptor() throws IOException {
    Path descriptor = directory.resolve("src/main/cluster/cluster.yaml");
    Files.createDirectories(descriptor.getParent());
    Files.writeString(descriptor, "cluster: lab\n");
  }

  @Test
  void rejectsAProjectWithADescriptorThatBecomesAJar() throws Exception {
    writeDescriptor();
    assertThatThrownBy(() -> check("jar"))
        .isInstanceOf(MavenExecutionException.class)
        .hasMessage(
            directory.resolve("pom.xml")
                + ": the packaging is jar, but the project has a descriptor"
                + " (src/main/cluster/cluster.yaml). Write"
                + " <packaging>diskless-cluster</packaging> below <version>.");
  }

  @Test
  void acceptsItsPackaging() throws Exception {
    writeDescriptor();
    assertThatCode(() -> check("diskless-cluster")).doesNotThrowAnyException();
  }

  @Test
  void acceptsOtherProjects() {
    assertThatCode(() -> check("pom")).doesNotThrowAnyException();
  }

  @Test
  void acceptsProjectsThatBindTheGoalsThemselves() throws Exception {
    writeDescriptor();
    plugin.addExecution(new PluginExecution());
    assertThatCode(() -> check("pom")).doesNotThrowAnyException();
  }
}
