package dev.diskless.template;

import java.io.Reader;
import java.io.StringReader;
import org.apache.velocity.exception.ResourceNotFoundException;
import org.apache.velocity.runtime.resource.Resource;
import org.apache.velocity.runtime.resource.loader.ResourceLoader;
import org.apache.velocity.util.ExtProperties;

/**
 * Lets Velocity load the templates of a library, and nothing else: a name is looked up in the
 * library and never touches the file system.
 */
final class LibraryLoader extends ResourceLoader {

  private final TemplateLibrary library;

  LibraryLoader(TemplateLibrary library) {
    this.library = library;
  }

  @Override
  public void init(ExtProperties configuration) {
    // All that it needs came with the constructor.
  }

  @Override
  public Reader getResourceReader(String name, String encoding) {
    return new StringReader(
        library
            .find(name)
            .orElseThrow(() -> new ResourceNotFoundException("no template " + name))
            .text());
  }

  @Override
  public boolean isSourceModified(Resource resource) {
    return false;
  }

  @Override
  public long getLastModified(Resource resource) {
    return 0;
  }
}
