package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.lab.NodeReport.CheckResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class JunitXmlTest {

  @TempDir private Path folder;

  private Element write(NodeReport report) throws Exception {
    JunitXml.write(folder, report);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(folder.resolve("TEST-one.xml").toFile())
        .getDocumentElement();
  }

  @Test
  void everyCheckIsATestAndSoIsTheBoot() throws Exception {
    Element suite =
        write(
            new NodeReport(
                "one",
                "compute",
                Stage.CHECKED,
                92.25,
                0,
                Map.of(Stage.OFFER, 3.5),
                List.of(
                    new CheckResult("root", 0, 1.5, "overlay <rw>\n"),
                    new CheckResult("units", 1, 0.5, "failed: \u001B[31ma.service\n")),
                List.of(),
                "",
                folder.resolve("one.console")));

    assertThat(suite.getAttribute("tests")).isEqualTo("3");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("time")).isEqualTo("94.250");
    Element boot = (Element) suite.getElementsByTagName("testcase").item(0);
    assertThat(boot.getAttribute("name")).isEqualTo("boot");
    assertThat(boot.getAttribute("classname")).isEqualTo("compute.one");
    assertThat(boot.getElementsByTagName("failure").getLength()).isZero();
    Element failure = (Element) suite.getElementsByTagName("failure").item(0);
    assertThat(failure.getTextContent()).contains("exit code 1", "?[31ma.service");
    assertThat(suite.getElementsByTagName("system-out").item(0).getTextContent())
        .isEqualTo("overlay <rw>\n");
  }

  @Test
  void aNodeThatDoesNotComeUpFailsItsBoot() throws Exception {
    Element suite =
        write(
            new NodeReport(
                "one",
                "compute",
                Stage.OFFER,
                90,
                0,
                Map.of(),
                List.of(),
                List.of("no loader within 90 s", "PXE-E32: TFTP open timeout"),
                "",
                folder.resolve("one.console")));

    assertThat(suite.getAttribute("tests")).isEqualTo("1");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    Element failure = (Element) suite.getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("message")).isEqualTo("no loader within 90 s");
    assertThat(failure.getTextContent()).contains("PXE-E32");
  }

  @Test
  void aPersonReadsOneLineANode() {
    NodeReport up =
        new NodeReport(
            "one",
            "compute",
            Stage.CHECKED,
            92.4,
            0,
            Map.of(),
            List.of(new CheckResult("root", 0, 1, "")),
            List.of(),
            "",
            folder);
    NodeReport down =
        new NodeReport(
            "two",
            "compute",
            Stage.KERNEL,
            240,
            0,
            Map.of(),
            List.of(),
            List.of("no root within 240 s"),
            "",
            folder);

    assertThat(up.summary()).isEqualTo("one (compute): ok, up after 92 s, 1 of 1 checks passed");
    assertThat(down.summary()).isEqualTo("two (compute): FAILED, no root within 240 s");
    assertThat(up.isWell()).isTrue();
    assertThat(down.isWell()).isFalse();
  }
}
