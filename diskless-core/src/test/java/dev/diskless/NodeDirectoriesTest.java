package dev.diskless;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.diskless.master.MasterHost;
import dev.diskless.master.NodeDrift;
import dev.diskless.master.NodeFiles;
import dev.diskless.master.NodeStatus;
import dev.diskless.model.Node;
import dev.diskless.model.ReleaseLayout;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Only {@link NodeFiles} knows the path of a directory on the master that a node can write. */
class NodeDirectoriesTest {

  /** A node's address names the node's tree in a release. */
  private static final Set<Class<?>> WITH_ADDRESS =
      Set.of(NodeDrift.class, NodeStatus.class, Node.class);

  /** Methods of the layout that return paths of such directories, for exports and boot entries. */
  private static final Set<String> PATHS_OF_NODES = Set.of("state", "fullTree", "privateTree");

  private static final Set<Class<?>> FILE_ACCESS =
      Set.of(Path.class, Files.class, File.class, ProcessBuilder.class);

  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.diskless");
  }

  private static boolean isNodePath(JavaMethodCall call) {
    String owner = call.getTargetOwner().getName();
    return call.getName().equals("address")
            && WITH_ADDRESS.stream().anyMatch(c -> c.getName().equals(owner))
        || owner.equals(ReleaseLayout.class.getName()) && PATHS_OF_NODES.contains(call.getName());
  }

  private static boolean isFileAccess(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    return FILE_ACCESS.stream().anyMatch(c -> c.getName().equals(owner));
  }

  @Test
  void noMethodMakesAPathFromANodesAddress() {
    Set<String> wrong =
        classes.stream()
            .flatMap(c -> c.getCodeUnits().stream())
            .filter(
                u -> u.getMethodCallsFromSelf().stream().anyMatch(NodeDirectoriesTest::isNodePath))
            .filter(
                u -> u.getAccessesFromSelf().stream().anyMatch(NodeDirectoriesTest::isFileAccess))
            // Lists of addresses for the virtual machines of a lab.
            .filter(u -> !u.getOwner().getSimpleName().equals("MasterFiles"))
            .map(JavaCodeUnit::getFullName)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(wrong).isEmpty();
  }

  /**
   * These classes read META-INF, layers, history and keys. Drift, ReleaseSizes and NodeFiles reach
   * trees of nodes, through nodefiles.
   */
  @Test
  void fewClassesKnowThePathOfARelease() {
    assertThat(callersOf("release", "base"))
        .as("a class that is new here must not access trees or state of nodes")
        .containsExactly(
            "ComparedVersion",
            "HostChecks",
            "InstallScriptRun",
            "InstalledCluster",
            "InstalledReleases",
            "LastSeen",
            "MasterHost",
            "MasterNeeds",
            "NodeFiles",
            "Prune",
            "ReleaseSizes",
            "Session");
  }

  private static Set<String> callersOf(String... methods) {
    return classes.get(MasterHost.class).getMethods().stream()
        .filter(m -> List.of(methods).contains(m.getName()))
        .flatMap(m -> m.getAccessesToSelf().stream())
        .map(a -> a.getOriginOwner().getSimpleName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The directory of a node's state is "state/NODE/paths". */
  @Test
  void onlyTheLayoutNamesTheDirectoryOfState() throws IOException {
    Set<String> naming = new TreeSet<>();
    for (String module : List.of("diskless-core", "diskless-maven-plugin")) {
      try (Stream<Path> sources = Files.walk(Path.of("..", module, "src/main/java"))) {
        for (Path source : sources.filter(Files::isRegularFile).toList()) {
          if (Files.readString(source).matches("(?s).*[\"/]paths[\"/].*")) {
            naming.add(source.getFileName().toString());
          }
        }
      }
    }
    assertThat(naming).containsExactly("ReleaseLayout.java");
  }
}
