package dev.diskless.boot;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Content;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;

/**
 * Configuration of a kernel, with its source.
 *
 * @param configuration options that the kernel was built with
 * @param source source for messages, such as the path of a file
 */
public record FoundConfiguration(KernelConfiguration configuration, String source) {

  public FoundConfiguration {
    Objects.requireNonNull(configuration, "configuration");
    Objects.requireNonNull(source, "source");
  }

  /**
   * Finds the configuration of a kernel. A file beside the kernel takes precedence over the
   * configuration inside the kernel, because that one requires the decompression of the kernel.
   *
   * @param name name of the kernel for messages
   * @param beside configuration file beside the kernel; empty if there is none
   * @param besideName name of that file for messages
   * @param problems receives an error if the configuration cannot be read
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
