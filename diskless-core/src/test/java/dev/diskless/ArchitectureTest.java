package dev.diskless;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.LogManager;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rooms of the house, and which doors there are between them. */
class ArchitectureTest {

  private static final String BASE = "dev.diskless.";

  /** Each package, and all others that it may know. */
  private static final Map<String, Set<String>> MAY_KNOW = new LinkedHashMap<>();

  static {
    MAY_KNOW.put("problem", Set.of());
    MAY_KNOW.put("progress", Set.of());
    MAY_KNOW.put("program", Set.of("progress"));
    MAY_KNOW.put("ssh", Set.of("progress", "program"));
    MAY_KNOW.put("model", Set.of("problem", "progress"));
    MAY_KNOW.put("tree", Set.of("problem"));
    MAY_KNOW.put("archive", Set.of("problem", "tree"));
    MAY_KNOW.put("descriptor", Set.of("problem", "progress", "model"));
    MAY_KNOW.put("image", Set.of("problem", "progress", "model", "tree", "archive"));
    MAY_KNOW.put("render", Set.of("problem", "progress", "model", "tree"));
    MAY_KNOW.put("files", Set.of("problem", "progress", "model", "tree"));
    MAY_KNOW.put("boot", Set.of("problem", "progress", "model", "tree", "archive"));
    // From here on each knows all before it.
    for (String later :
        List.of("bundle", "lab", "release", "discover", "difference", "remote", "build", "mojo")) {
      MAY_KNOW.put(later, Set.copyOf(MAY_KNOW.keySet()));
    }
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
  void everyPackageHasItsPlace() {
    Set<String> packages =
        classes.stream()
            .map(c -> c.getPackageName().substring(BASE.length()).replaceFirst("\\..*", ""))
            .collect(Collectors.toSet());

    assertThat(MAY_KNOW.keySet()).containsAll(packages);
  }

  @Test
  void dependenciesGoOneWay() {
    LayeredArchitecture layers =
        layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
    for (String name : MAY_KNOW.keySet()) {
      layers = layers.layer(name).definedBy(BASE + name + "..");
    }
    for (Map.Entry<String, Set<String>> room : MAY_KNOW.entrySet()) {
      layers =
          room.getValue().isEmpty()
              ? layers.whereLayer(room.getKey()).mayNotAccessAnyLayer()
              : layers
                  .whereLayer(room.getKey())
                  .mayOnlyAccessLayers(room.getValue().toArray(String[]::new));
    }
    layers.check(classes);
  }

  @Test
  void thereAreNoCircles() {
    slices().matching(BASE + "(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void onlyMojosKnowMaven() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackage(BASE + "mojo..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.maven..", "org.eclipse.aether..", "javax.inject..");

    rule.check(classes);
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
