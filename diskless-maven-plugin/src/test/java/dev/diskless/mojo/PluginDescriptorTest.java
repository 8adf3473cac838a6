package dev.diskless.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What Maven reads of the plugin. */
class PluginDescriptorTest {

  /** Maven warns of each goal that is not marked as safe for builds with several threads. */
  @Test
  void everyGoalMayRunBesideOthers() throws Exception {
    Map<String, String> safe = ofGoals("threadSafe");
    assertThat(safe).hasSizeGreaterThan(15);
    assertThat(safe.entrySet()).allMatch(goal -> goal.getValue().equals("true"));
  }

  private static Map<String, String> ofGoals(String element) throws Exception {
    Map<String, String> found = new TreeMap<>();
    try (InputStream in =
        PluginDescriptorTest.class.getResourceAsStream("/META-INF/maven/plugin.xml")) {
      NodeList mojos =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(in)
              .getElementsByTagName("mojo");
      for (int i = 0; i < mojos.getLength(); i++) {
        Element mojo = (Element) mojos.item(i);
        found.put(text(mojo, "goal"), text(mojo, element));
      }
    }
    return found;
  }

  private static String text(Element mojo, String element) {
    return mojo.getElementsByTagName(element).item(0).getTextContent();
  }
}
