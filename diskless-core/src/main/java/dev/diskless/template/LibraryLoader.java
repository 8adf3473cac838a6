package dev.diskless.template;

import java.io.Reader;
import java.io.StringReader;
import org.apache.velocity.exception.ResourceNotFoundException;
import org.apache.velocity.runtime.resource.Resource;
import org.apache.velocity.runtime.resource.loader.ResourceLoader;
import org.apache.velocity.util.ExtProperties;

/**
 * Loader of templates for Velocity. It finds names only in a {@link TemplateLibrary} and does not
 * read the file system.
 */
final class LibraryLoader extends ResourceLoader {

  private final TemplateLibrary library;

  LibraryLoader(TemplateLibrary library) {
    this.library = library;
  }

  @Override
  public void init(ExtProperties configuration) {
    // The constructor received the library.
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
