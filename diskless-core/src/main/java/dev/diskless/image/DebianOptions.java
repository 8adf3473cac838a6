package dev.diskless.image;

import java.util.Objects;
import java.util.Optional;

/**
 * Options of a build for images from Debian packages, in addition to the descriptor.
 *
 * @param mirror instead of the descriptor's mirror: a URL, or a whole line of sources.list(5)
 * @param update whether to install images again that are in the cache, because a mirror has newer
 *     packages
 * @param offline whether downloads are forbidden
 */
public record DebianOptions(Optional<String> mirror, boolean update, boolean offline) {

  /** Default options: mirror of the descriptor, cached images if they exist, else the network. */
  public static final DebianOptions DEFAULT = new DebianOptions(Optional.empty(), false, false);

  public DebianOptions {
    Objects.requireNonNull(mirror, "mirror");
  }
}
