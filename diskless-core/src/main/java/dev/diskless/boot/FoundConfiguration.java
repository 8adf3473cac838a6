package dev.diskless.boot;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Content;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;

/**
 * A kernel's configuration, and where it was found.
 *
 * @param configuration what it was built with
 * @param source in words, such as the path of a file
 */
public record FoundConfiguration(KernelConfiguration configuration, String source) {

  public FoundConfiguration {
    Objects.requireNonNull(configuration, "configuration");
    Objects.requireNonNull(source, "source");
  }

  /**
   * Finds a configuration: the one in the kernel, which is surely its own; but since all of the
   * kernel is unpacked for that, a file beside it goes before.
   *
   * @param name of the kernel, for messages
   * @param beside the file beside it
   * @param besideName of that file, for people
   * @param problems takes a configuration that cannot be read, as an error
   */
  public static Optional<FoundConfiguration> of(
      String name,
      KernelImage image,
      Content kernel,
      Optional<Content> beside,
      String besideName,
      Problems problems) {
    if (beside.isPresent()) {
      try (InputStream in = beside.get().open()) {
        return Optional.of(new FoundConfiguration(KernelConfiguration.read(in), besideName));
      } catch (IOException e) {
        problems.add(
            Problem.error(
                "%s is not a valid kernel configuration: %s".formatted(besideName, e.getMessage()),
                "put the configuration there that the kernel was built with"));
        return Optional.empty();
      }
    }
    try {
      return image
          .embeddedConfiguration(kernel)
          .map(c -> new FoundConfiguration(c, "in the kernel itself"));
    } catch (IOException e) {
      problems.add(
          Problem.error(
              "%s cannot be unpacked to read its configuration: %s"
                  .formatted(name, KernelImage.reason(e)),
              "copy it again, or put its configuration beside it"));
      return Optional.empty();
    }
  }
}
