package dev.diskless.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScopeTest {

  static Stream<Arguments> scopes() {
    return Stream.of(
        Arguments.of(Scope.ALL, "all", "all"),
        Arguments.of(new Scope.OfGroup("compute"), "groups/compute", "groups/compute"),
        Arguments.of(new Scope.OfNode("first"), "nodes/first", "nodes/first"),
        Arguments.of(new Scope.OfMaster(Optional.empty()), "master", "master"),
        Arguments.of(new Scope.OfMaster(Optional.of("east")), "masters/east", "masters/east"),
        Arguments.of(Scope.BOOT, "boot", "boot"),
        Arguments.of(new Scope.Boot(Optional.of("east")), "boot", "boot of east"));
  }

  @ParameterizedTest
  @MethodSource("scopes")
  void hasAPathAndANameThatIsReadBack(Scope scope, String path, String layerName) {
    assertThat(scope.path()).isEqualTo(path);
    assertThat(scope.layerName()).isEqualTo(layerName);
    assertThat(Scope.parse(layerName)).isEqualTo(scope);
    assertThat(Scope.TOP_FOLDERS).contains(path.replaceFirst("/.*", ""));
  }

  @Test
  void otherNamesAreNoScopes() {
    assertThatThrownBy(() -> Scope.parse("images/golden"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no scope is called images/golden");
  }
}
