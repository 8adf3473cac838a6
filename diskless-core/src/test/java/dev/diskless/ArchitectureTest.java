package dev.diskless;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import dev.diskless.testing.Shell;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.logging.LogManager;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which packages of the engine may import which, and that none can import Maven. */
class ArchitectureTest {

  private static final String BASE = "dev.diskless.";

  /** Each package, with the packages whose types it may use. */
  private static final Map<String, Set<String>> ALLOWED = new LinkedHashMap<>();

  static {
    allow("problem");
    allow("host");
    allow("ssh", "host");
    allow("model", "problem");
    allow("tree", "problem", "host");
    allow("archive", "problem", "tree");
    allow("descriptor", "problem", "model");
    allow("image", "problem", "host", "model", "tree", "archive");
    allow("template", "problem", "host", "model", "tree");
    allow("files", "problem", "model", "tree");
    allow("boot", "problem", "host", "model", "tree", "archive");
    allow("compose", "problem", "model", "tree", "descriptor", "files", "boot");
    allow("bundle", "problem", "host", "model", "tree", "archive", "boot");
    allow("lab", "problem", "host", "model", "tree", "archive", "boot");
    allow("master", "problem", "host", "ssh", "model", "tree", "bundle");
    allow("discover", "problem", "host", "model", "master");
    allow("diff", "problem", "host", "model", "tree", "archive", "bundle", "master");
    allow("fleet", "problem", "host", "ssh", "model", "descriptor", "master");
    allow("refresh", "problem", "host", "ssh", "model", "tree", "archive", "master", "fleet");
    allow(
        "project",
        "problem",
        "host",
        "model",
        "tree",
        "archive",
        "descriptor",
        "image",
        "template",
        "files",
        "boot",
        "bundle",
        "master");
    allow(
        "goal",
        "problem",
        "host",
        "ssh",
        "model",
        "tree",
        "descriptor",
        "image",
        "template",
        "files",
        "boot",
        "compose",
        "bundle",
        "lab",
        "master",
        "discover",
        "diff",
        "fleet",
        "refresh",
        "project");
  }

  private static void allow(String name, String... imports) {
    ALLOWED.put(name, Set.of(imports));
  }

  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.diskless");
    assertThat(classes).hasSizeGreaterThan(50);
  }

  @Test
  void everyPackageHasAList() {
    Set<String> packages =
        classes.stream()
            .map(c -> c.getPackageName().substring(BASE.length()).replaceFirst("\\..*", ""))
            .collect(Collectors.toSet());

    assertThat(packages).containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
  }

  @Test
  void packagesImportOnlyWhatTheirListAllows() {
    LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String name : ALLOWED.keySet()) {
      layers = layers.layer(name).definedBy(BASE + name + "..");
    }
    for (Map.Entry<String, Set<String>> list : ALLOWED.entrySet()) {
      layers =
          list.getValue().isEmpty()
              ? layers.whereLayer(list.getKey()).mayNotAccessAnyLayer()
              : layers
                  .whereLayer(list.getKey())
                  .mayOnlyAccessLayers(list.getValue().toArray(String[]::new));
    }
    layers.check(classes);
  }

  @Test
  void thereAreNoCircles() {
    slices().matching(BASE + "(*)..").should().beFreeOfCycles().check(classes);
  }

  /** Maven's API, its resolver and its injection are not even on the class path of the tests. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.apache.maven.plugin.Mojo",
        "org.apache.maven.project.MavenProject",
        "org.apache.maven.plugins.annotations.Parameter",
        "org.eclipse.aether.RepositorySystem",
        "javax.inject.Inject"
      })
  void mavenIsNotADependency(String type) {
    assertThatThrownBy(() -> Class.forName(type)).isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void onlyHostStartsProcessesAndReplacesFiles() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackage(BASE + "host")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ProcessBuilder.class)
            .orShould()
            .callMethodWhere(call(Runtime.class, "exec"))
            .orShould()
            .callMethodWhere(call(FileChannel.class, "force"))
            .orShould()
            .callMethodWhere(call(Files.class, "move"));

    rule.check(classes);
    // The rule finds such a class.
    JavaClasses wrong = new ClassFileImporter().importClasses(Shell.class);
    assertThatThrownBy(() -> rule.check(wrong)).isInstanceOf(AssertionError.class);
  }

  private static DescribedPredicate<JavaCall<?>> call(Class<?> type, String method) {
    return target(name(method)).and(target(owner(assignableTo(type)))).forSubtype();
  }

  @Test
  void classesAreNamedForWhatTheyAre() {
    ArchRule rule = noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager)(\\$.*)?");

    rule.check(classes);
    // It would find such names.
    JavaClasses wrong = new ClassFileImporter().importClasses(LogManager.class);
    assertThatThrownBy(() -> rule.check(wrong)).isInstanceOf(AssertionError.class);
  }
}
