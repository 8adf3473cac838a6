package dev.diskless.model;

import java.util.Objects;

/**
 * A base root file system that nodes share.
 *
 * @param name name of the image and of its directory in the bundle
 * @param source source of the image
 */
public record Image(String name, @Part ImageSource source) {

  public Image {
    HostNames.requireLabel(name);
    Objects.requireNonNull(source, "source");
  }
}
