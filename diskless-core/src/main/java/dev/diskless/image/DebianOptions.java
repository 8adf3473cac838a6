package dev.diskless.image;

import java.util.Objects;
import java.util.Optional;

/**
 * What a build says about images from Debian packages, beside the descriptor.
 *
 * @param mirror instead of the descriptor's mirror: a URL, or a whole line of sources.list(5)
 * @param update whether to install anew what is in the cache already, as a mirror has newer
 *     packages
 * @param offline whether nothing may be downloaded
 */
public record DebianOptions(Optional<String> mirror, boolean update, boolean offline) {

  /** The descriptor's mirror, the cache where it has the image, and the network where not. */
  public static final DebianOptions DEFAULT = new DebianOptions(Optional.empty(), false, false);

  public DebianOptions {
    Objects.requireNonNull(mirror, "mirror");
  }
}
