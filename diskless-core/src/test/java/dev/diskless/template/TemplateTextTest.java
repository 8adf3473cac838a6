package dev.diskless.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.host.Quoting;
import java.util.List;
import org.junit.jupiter.api.Test;

class TemplateTextTest {

  private final TemplateText text = new TemplateText();

  @Test
  void joins() {
    assertThat(text.join(List.of("a", 1), ", ")).isEqualTo("a, 1");
    assertThat(text.join(List.of(), ", ")).isEmpty();
  }

  @Test
  void escapesFieldsOfFstab() {
    assertThat(text.fstab("/a b\tc\\d#e")).isEqualTo("/a\\040b\\011c\\134d\\043e");
  }

  @Test
  void escapesPathsOfExports() {
    assertThat(text.exports("/a \"b\"(c)#")).isEqualTo("/a\\040\\042b\\042\\050c\\051\\043");
  }

  @Test
  void quotesStringsOfDhcpd() {
    assertThat(text.dhcpd("a\"b\\c")).isEqualTo("\"a\\\"b\\\\c\"");
    assertThat(text.dhcpd("é\n")).isEqualTo("\"\\303\\251\\012\"");
  }

  @Test
  void quotesStringsOfJson() {
    assertThat(text.json("a\"b\\c/é\n")).isEqualTo("\"a\\\"b\\\\c/é\\u000a\"");
  }

  @Test
  void quotesStringsOfYamlThatAreNotReadAsStrings() {
    assertThat(text.yaml(List.of("node01", "rack-a_1.b", "192.168.45.1", "nobody", "e5")))
        .isEqualTo("[node01, rack-a_1.b, 192.168.45.1, nobody, e5]");
    for (String value :
        List.of("007", "0x10", "1e3", "2001-01-01", "0b1", "no", "On", "null", "y", "", "a: b")) {
      assertThat(text.yaml(value)).isEqualTo('"' + value + '"');
    }
    assertThat(text.yaml("a\"\n")).isEqualTo("\"a\\\"\\u000a\"");
  }

  @Test
  void quotesWordsOfAShell() {
    assertThat(Quoting.unquoted(text.shell("a $b `c` \"d\" \\"))).isEqualTo("a $b `c` \"d\" \\");
    assertThat(text.shell("a $b `c` \"d\" \\")).isEqualTo("\"a \\$b \\`c\\` \\\"d\\\" \\\\\"");
  }

  @Test
  void quotesKernelArgumentsForGrub() {
    assertThat(
            text.grub(List.of("console=ttyS0,115200", "x=$y;z", "dyndbg=\"file a +p\"", "q='r'")))
        .isEqualTo("console=ttyS0,115200 'x=$y;z' 'dyndbg=file a +p' 'q='\\''r'\\'''");
  }
}
