package dev.diskless.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.codehaus.plexus.configuration.DefaultPlexusConfiguration;
import org.codehaus.plexus.configuration.PlexusConfiguration;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** What Maven reads of the plugin: its goals and their parameters, so that no test names them. */
public final class PluginDescriptor {

  private static final String PREFIX = "${diskless.";

  private PluginDescriptor() {}

  /** The names of all goals. */
  public static List<String> goals() throws IOException {
    return elements("mojo").map(m -> text(m, "goal")).toList();
  }

  /** The values of an element, by goal; empty for goals that do not have it. */
  public static Map<String, String> ofGoals(String element) throws IOException {
    Map<String, String> found = new TreeMap<>();
    elements("mojo").forEach(m -> found.put(text(m, "goal"), text(m, element)));
    return found;
  }

  /** The expressions and types of all parameters, in the form in which Maven hands them on. */
  public static List<PlexusConfiguration> configurations() throws IOException {
    return elements("configuration").map(PluginDescriptor::configuration).toList();
  }

  private static PlexusConfiguration configuration(Element element) {
    String value =
        element.getElementsByTagName("*").getLength() == 0 ? element.getTextContent() : null;
    PlexusConfiguration made = new DefaultPlexusConfiguration(element.getTagName(), value);
    made.setAttribute("implementation", element.getAttribute("implementation"));
    elements(element.getElementsByTagName("*")).forEach(e -> made.addChild(configuration(e)));
    return made;
  }

  /**
   * A parameter of a goal.
   *
   * @param goal name of the goal
   * @param mojo class name of the goal's mojo
   * @param field of the mojo or of one of its superclasses
   * @param type class name of the field's type
   * @param property that sets the parameter; empty for a value that Maven injects
   * @param defaultValue empty if there is none
   * @param description text of {@code mvn diskless:help}
   */
  public record Parameter(
      String goal,
      String mojo,
      String field,
      String type,
      String property,
      String defaultValue,
      String description) {}

  /** Returns all parameters of all goals except {@code help}, which Maven generates. */
  public static List<Parameter> parameters() throws IOException {
    return elements("mojo")
        .filter(m -> !text(m, "goal").equals("help"))
        .flatMap(m -> elements(m.getElementsByTagName("parameter")).map(p -> parameter(m, p)))
        .toList();
  }

  private static Parameter parameter(Element mojo, Element parameter) {
    String field = text(parameter, "name");
    Element configuration = (Element) mojo.getElementsByTagName("configuration").item(0);
    Element value = (Element) configuration.getElementsByTagName(field).item(0);
    String expression = value == null ? "" : value.getTextContent();
    return new Parameter(
        text(mojo, "goal"),
        text(mojo, "implementation"),
        field,
        text(parameter, "type"),
        expression.startsWith(PREFIX) ? expression.substring(2, expression.length() - 1) : "",
        value == null ? "" : value.getAttribute("default-value"),
        text(parameter, "description"));
  }

  /** The properties that set a parameter of any goal. */
  public static List<String> properties() throws IOException {
    return elements("configuration")
        .flatMap(c -> elements(c.getElementsByTagName("*")))
        .map(Element::getTextContent)
        .filter(t -> t.startsWith(PREFIX))
        .map(t -> t.substring(2, t.length() - 1))
        .distinct()
        .sorted()
        .toList();
  }

  private static Stream<Element> elements(String name) throws IOException {
    return elements(ours().getElementsByTagName(name));
  }

  private static Stream<Element> elements(NodeList list) {
    return IntStream.range(0, list.getLength()).mapToObj(list::item).map(Element.class::cast);
  }

  private static String text(Element element, String name) {
    Node found = element.getElementsByTagName(name).item(0);
    return found == null ? "" : found.getTextContent();
  }

  /** Other plugins may be on the class path. */
  private static Document ours() throws IOException {
    List<URL> all =
        Collections.list(
            PluginDescriptor.class.getClassLoader().getResources("META-INF/maven/plugin.xml"));
    for (URL each : all) {
      Document document = parse(each);
      if (text(document.getDocumentElement(), "goalPrefix").equals("diskless")) {
        return document;
      }
    }
    throw new AssertionError("no descriptor of the plugin in " + all);
  }

  private static Document parse(URL file) throws IOException {
    try (InputStream in = file.openStream()) {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file.toString(), e);
    }
  }
}
