package dev.diskless.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.testing.RequiresProgram;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuotingTest {

  @RequiresProgram("sh")
  @ParameterizedTest
  @ValueSource(
      strings = {"", "word", "two words", "it's", "''", "$HOME `id` \\", "*", "-n\n\u00e9"})
  void aShellReadsTheWord(String word) throws IOException {
    String quoted = Quoting.shell(word);
    assertThat(String.join("\n", Command.of("sh", "-c", "printf %s " + quoted).run().lines()))
        .isEqualTo(word);
    assertThat(Quoting.unquoted(quoted)).isEqualTo(word);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "root=/dev/nfs,root=/dev/nfs",
        "a=\"b c\",'a=b c'",
        "a;b,'a;b'",
        "it's,'it'\\''s'",
      })
  void grubReadsAnArgument(String argument, String quoted) {
    assertThat(Quoting.grub(argument)).isEqualTo(quoted);
  }
}
