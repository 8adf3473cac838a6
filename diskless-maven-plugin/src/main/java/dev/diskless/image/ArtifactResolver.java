package dev.diskless.image;

import dev.diskless.model.ImageSource;
import java.nio.file.Path;

public interface ArtifactResolver {
  Path resolve(ImageSource.Artifact artifact);
}
