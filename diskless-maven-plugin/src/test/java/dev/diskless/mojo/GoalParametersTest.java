package dev.diskless.mojo;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.diskless.goal.Goal;
import dev.diskless.it.PluginDescriptor;
import dev.diskless.it.PluginDescriptor.Parameter;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rules for mojos and their parameters, from the plugin's descriptor and from its classes. */
class GoalParametersTest {

  private static final int LINES = 120;
  private static final int ABSTRACT_PARENTS = 2;

  /** Properties whose default differs between goals on purpose. */
  private static final Set<String> OWN_DEFAULTS = Set.of("diskless.timeout");

  /** Properties whose type differs, because a goal accepts a name in addition to a file. */
  private static final Set<String> OWN_TYPES = Set.of("diskless.bundle");

  /** Values of a project that come from a parameter, by the setter of the builder. */
  private static final Map<String, Set<String>> OF_PARAMETERS =
      Map.of(
          "descriptor", Set.of("descriptor"),
          "work", Set.of("work"),
          "cache", Set.of("cache"),
          "timestamp", Set.of("timestamp"),
          "bundle", Set.of("bundle", "compression"),
          "images", Set.of("artifacts", "debian"),
          "pluginVersion", Set.of("pluginVersion"));

  private static JavaClasses classes;
  private static List<Parameter> parameters;

  @BeforeAll
  static void read() throws IOException {
    classes = new ClassFileImporter().importPackages("dev.diskless");
    parameters = PluginDescriptor.parameters();
    assertThat(parameters).hasSizeGreaterThan(150);
  }

  @Test
  void noSourceFileIsTooLong() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/diskless/mojo"))) {
      assertThat(files).hasSizeGreaterThan(25).allSatisfy(f -> assertThat(f).satisfies(this::fits));
    }
  }

  private void fits(Path file) throws IOException {
    assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(LINES);
  }

  @Test
  void noMojoHasTooManyAbstractParents() {
    assertThat(mojos())
        .allSatisfy(
            mojo ->
                assertThat(
                        mojo.getAllRawSuperclasses().stream()
                            .filter(c -> c.getPackage().equals(mojo.getPackage()))
                            .filter(c -> c.getModifiers().contains(JavaModifier.ABSTRACT)))
                    .hasSizeBetween(1, ABSTRACT_PARENTS));
  }

  @Test
  void execHasFewParameters() {
    assertThat(parameters).filteredOn(p -> p.goal().equals("exec")).hasSizeBetween(5, 12);
  }

  @Test
  void everyMojoReadsEachOfItsParameters() {
    for (JavaClass mojo : mojos()) {
      Set<String> read = fieldsReadBy(mojo);
      assertThat(parameters)
          .filteredOn(p -> p.mojo().equals(mojo.getName()))
          .as(mojo.getSimpleName())
          .isNotEmpty()
          .extracting(Parameter::field)
          .isSubsetOf(read);
    }
  }

  /** What the class of a goal needs of the project is what the parameters of its mojo set. */
  @Test
  void everyGoalUsesWhatItsMojoSets() {
    for (JavaClass mojo : mojos()) {
      Set<String> needed = valuesNeededBy(goalOf(mojo));
      Set<String> set =
          reachable(mojo).stream()
              .flatMap(u -> u.getMethodCallsFromSelf().stream())
              .filter(c -> c.getTargetOwner().isEquivalentTo(ClusterProject.Builder.class))
              .map(JavaAccess::getName)
              .filter(OF_PARAMETERS::containsKey)
              .collect(toCollection(TreeSet::new));
      assertThat(set).as(mojo.getSimpleName()).isEqualTo(needed);
    }
  }

  @Test
  void everyGoalHasItsClass() {
    assertThat(mojos())
        .hasSizeGreaterThan(15)
        .allSatisfy(
            mojo ->
                assertThat(goalOf(mojo).getSimpleName())
                    .isEqualTo(mojo.getSimpleName().replace("Mojo", "Goal")));
    assertThat(classes)
        .filteredOn(c -> c.isAssignableTo(Goal.class) && !c.isEquivalentTo(Goal.class))
        .hasSameSizeAs(mojos())
        .allMatch(JavaClass::isRecord);
  }

  @Test
  void everyParameterOfUsersHasAPropertyAndADescription() {
    assertThat(parameters)
        .filteredOn(p -> !p.property().isEmpty())
        .hasSizeGreaterThan(140)
        .allSatisfy(
            p -> {
              assertThat(p.property()).startsWith("diskless.");
              assertThat(p.description()).as(p.toString()).isNotBlank();
            });
    assertThat(parameters)
        .filteredOn(p -> p.property().isEmpty())
        .extracting(Parameter::field)
        .containsOnly("session", "outputTimestamp", "pluginVersion");
  }

  @Test
  void aPropertyMeansTheSameInAllGoals() {
    assertThat(different(Parameter::defaultValue)).isEqualTo(OWN_DEFAULTS);
    assertThat(different(Parameter::type)).isEqualTo(OWN_TYPES);
  }

  private static Set<String> different(java.util.function.Function<Parameter, String> of) {
    Map<String, Set<String>> values =
        parameters.stream()
            .filter(p -> !p.property().isEmpty())
            .collect(groupingBy(Parameter::property, TreeMap::new, mapping(of, toSet())));
    values.values().removeIf(v -> v.size() == 1);
    return values.keySet();
  }

  private static List<JavaClass> mojos() {
    return parameters.stream().map(Parameter::mojo).distinct().map(m -> classes.get(m)).toList();
  }

  private static JavaClass goalOf(JavaClass mojo) {
    List<JavaClass> goals =
        mojo.getConstructorCallsFromSelf().stream()
            .map(JavaAccess::getTargetOwner)
            .filter(c -> c.isAssignableTo(Goal.class))
            .distinct()
            .toList();
    assertThat(goals).as(mojo.getSimpleName()).hasSize(1);
    return goals.get(0);
  }

  private static Set<String> fieldsReadBy(JavaClass mojo) {
    return reachable(mojo).stream()
        .flatMap(u -> u.getFieldAccesses().stream())
        .filter(a -> mojo.isAssignableTo(a.getTargetOwner().getName()))
        .map(JavaAccess::getName)
        .collect(toSet());
  }

  /** Code that Maven runs in a mojo: its entry point, and what that calls in the same object. */
  private static Set<JavaCodeUnit> reachable(JavaClass mojo) {
    Deque<JavaCodeUnit> open = new ArrayDeque<>();
    mojo.getAllMethods().stream().filter(m -> m.getName().equals("execute")).forEach(open::add);
    Set<JavaCodeUnit> seen = new HashSet<>(open);
    while (!open.isEmpty()) {
      for (JavaAccess<?> access : open.pop().getAccessesFromSelf()) {
        if (mojo.isAssignableTo(access.getTargetOwner().getName())) {
          mojo.getAllMethods().stream()
              .filter(m -> m.getName().equals(access.getName()))
              .filter(seen::add)
              .forEach(open::add);
        }
      }
    }
    return seen;
  }

  /** Values of a project that a goal reads, directly or in other classes that know projects. */
  private static Set<String> valuesNeededBy(JavaClass goal) {
    Set<JavaCodeUnit> seen = new HashSet<>(goal.getMethods());
    Deque<JavaCodeUnit> open = new ArrayDeque<>(seen);
    Set<String> read = new HashSet<>();
    while (!open.isEmpty()) {
      for (JavaAccess<?> access : open.pop().getAccessesFromSelf()) {
        JavaClass owner = access.getTargetOwner();
        if (owner.isEquivalentTo(ClusterProject.class)) {
          read.add(access.getName());
        }
        if (owner.getPackageName().matches("dev\\.diskless\\.(goal|project)")) {
          owner.getCodeUnits().stream()
              .filter(u -> u.getName().equals(access.getName()))
              .filter(u -> !owner.isAssignableTo(Goal.class) || isWanted(goal, u))
              .filter(seen::add)
              .forEach(open::add);
        }
      }
    }
    Set<String> needed = new TreeSet<>();
    OF_PARAMETERS.forEach(
        (setter, values) -> {
          if (values.stream().anyMatch(read::contains)) {
            needed.add(setter);
          }
        });
    return needed;
  }

  private static boolean isWanted(JavaClass goal, JavaCodeUnit unit) {
    return unit.getOwner().equals(goal) || !unit.getName().equals("run");
  }
}
