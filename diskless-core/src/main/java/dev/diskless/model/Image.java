package dev.diskless.model;

import java.util.Objects;

/**
 * A base root file system that nodes share.
 *
 * @param name names its folder in the bundle
 * @param source where it comes from
 */
public record Image(String name, @Part ImageSource source) {

  public Image {
    HostNames.requireLabel(name);
    Objects.requireNonNull(source, "source");
  }
}
