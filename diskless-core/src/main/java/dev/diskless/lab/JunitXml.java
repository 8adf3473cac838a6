package dev.diskless.lab;

import dev.diskless.host.AtomicFile;
import dev.diskless.lab.NodeReport.CheckResult;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Reports for CI systems, in the XML format of Ant's JUnit task: a file for each node. */
final class JunitXml {

  private JunitXml() {}

  /** Writes {@code TEST-<node>.xml}. The first test of each is that the node comes up. */
  static void write(Path folder, NodeReport report) throws IOException {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      write(xml, report);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
    AtomicFile.write(folder.resolve("TEST-" + report.node() + ".xml"), text.toString());
  }

  private static void write(XMLStreamWriter xml, NodeReport report) throws XMLStreamException {
    boolean isUp = report.reached() == Stage.CHECKED;
    long failed = report.checks().stream().filter(c -> !c.isWell()).count() + (isUp ? 0 : 1);
    double seconds =
        report.seconds() + report.checks().stream().mapToDouble(CheckResult::seconds).sum();
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeCharacters("\n");
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", report.node());
    int boots = report.secondsAgain() > 0 ? 2 : 1;
    xml.writeAttribute("tests", Integer.toString(report.checks().size() + boots));
    xml.writeAttribute("failures", Long.toString(failed));
    xml.writeAttribute("errors", "0");
    xml.writeAttribute("skipped", "0");
    xml.writeAttribute("time", decimal(seconds));
    properties(xml, report);
    // The last start. A second start happens only after a successful first start.
    boolean again = report.secondsAgain() > 0;
    String why = isUp ? "" : String.join("\n", report.why());
    testCase(xml, report, "boot", report.seconds(), again ? "" : why, "");
    if (again) {
      testCase(xml, report, "reboot", report.secondsAgain(), why, "");
    }
    for (CheckResult check : report.checks()) {
      testCase(
          xml,
          report,
          check.name(),
          check.seconds(),
          check.isWell() ? "" : "exit code " + check.exitCode() + "\n" + check.output(),
          check.isWell() ? check.output() : "");
    }
    xml.writeCharacters("\n");
    xml.writeEndElement();
    xml.writeCharacters("\n");
    xml.writeEndDocument();
  }

  /** Seconds from power-on to each stage. */
  private static void properties(XMLStreamWriter xml, NodeReport report) throws XMLStreamException {
    if (report.times().isEmpty()) {
      return;
    }
    xml.writeCharacters("\n  ");
    xml.writeStartElement("properties");
    for (Map.Entry<Stage, Double> time : report.times().entrySet()) {
      xml.writeCharacters("\n    ");
      xml.writeEmptyElement("property");
      xml.writeAttribute("name", "seconds." + time.getKey().keyword());
      xml.writeAttribute("value", decimal(time.getValue()));
    }
    xml.writeCharacters("\n  ");
    xml.writeEndElement();
  }

  private static void testCase(
      XMLStreamWriter xml,
      NodeReport report,
      String name,
      double seconds,
      String failure,
      String output)
      throws XMLStreamException {
    xml.writeCharacters("\n  ");
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", report.group() + "." + report.node());
    xml.writeAttribute("name", name);
    xml.writeAttribute("time", decimal(seconds));
    if (!failure.isEmpty()) {
      xml.writeStartElement("failure");
      xml.writeAttribute("message", allowed(failure.lines().findFirst().orElse("")));
      xml.writeCharacters(allowed(failure));
      xml.writeEndElement();
    }
    if (!output.isEmpty()) {
      xml.writeStartElement("system-out");
      xml.writeCharacters(allowed(output));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static String decimal(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }

  /** Removes or replaces control characters, because XML 1.0 cannot represent most of them. */
  private static String allowed(String text) {
    return text.replaceAll(
        "[^\\x09\\x0A\\x0D\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "?");
  }
}
