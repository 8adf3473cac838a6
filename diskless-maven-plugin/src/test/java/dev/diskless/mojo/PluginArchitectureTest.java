package dev.diskless.mojo;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What belongs in the module of the plugin: goals. Everything else belongs in the core. */
class PluginArchitectureTest {

  /** Methods of the core that return a node's directory on a master or a part of its path. */
  private static final Set<String> PATHS_OF_NODES =
      Set.of("address", "base", "fullTree", "privateTree", "release", "state");

  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes = new ClassFileImporter().importPath(Path.of("target/classes"));
    assertThat(classes).hasSizeGreaterThan(20);
  }

  @Test
  void mojoIsTheOnlyPackage() {
    classes().should().resideInAPackage("dev.diskless.mojo").check(classes);
  }

  /** {@code NodeDirectoriesTest} checks the same for the core. */
  @Test
  void noGoalKnowsADirectoryThatANodeCanWrite() {
    noClasses()
        .should()
        .callMethodWhere(describe("it returns a path of a node", this::isNodePath))
        .check(classes);
  }

  private boolean isNodePath(JavaMethodCall call) {
    String owner = call.getTargetOwner().getPackageName();
    return owner.matches("dev\\.diskless\\.(model|master|fleet)")
        && PATHS_OF_NODES.contains(call.getName());
  }

  @Test
  void goalsAreNamedForWhatTheyAre() {
    noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager)(\\$.*)?").check(classes);
  }
}
