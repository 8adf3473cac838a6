package dev.diskless.image;

import dev.diskless.model.*;
import dev.diskless.problem.Problems;
import dev.diskless.progress.Progress;
import dev.diskless.tree.*;
import java.io.IOException;
import java.nio.file.*;
import java.time.Instant;
import java.util.*;

public final class ImageStore {
  private final Path dir;

  public ImageStore(
      Path cache,
      Path projectDirectory,
      ArtifactResolver artifacts,
      DebianOptions debian,
      Instant timestamp,
      Progress progress) {
    dir = projectDirectory;
  }

  public String fingerprint(Image image) throws IOException {
    StringBuilder b = new StringBuilder();
    try (var s = Files.walk(top(image))) {
      for (Path p : (Iterable<Path>) s.sorted()::iterator) {
        b.append(p).append(Files.getLastModifiedTime(p, LinkOption.NOFOLLOW_LINKS));
      }
    }
    return Digest.of(b.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)).hex();
  }

  private Path top(Image image) {
    return dir.resolve(((ImageSource.Directory) image.source()).path());
  }

  public PreparedImage prepare(Image image, Problems problems) throws IOException {
    List<Entry> e = new ArrayList<>();
    Path top = top(image);
    try (var s = Files.walk(top)) {
      for (Path p : (Iterable<Path>) s::iterator) {
        TreePath t = TreePath.of(top.relativize(p).toString());
        Map<String, Object> a = Files.readAttributes(p, "unix:*", LinkOption.NOFOLLOW_LINKS);
        Metadata m =
            new Metadata(
                (Integer) a.get("mode") & 07777,
                (Integer) a.get("uid"),
                (Integer) a.get("gid"),
                Files.getLastModifiedTime(p, LinkOption.NOFOLLOW_LINKS).toInstant(),
                Xattrs.NONE);
        String l = "image " + image.name();
        if (Files.isSymbolicLink(p))
          e.add(Entry.symlink(t, m, Files.readSymbolicLink(p).toString(), l));
        else if (Files.isDirectory(p)) e.add(Entry.directory(t, m, l));
        else if (Files.isRegularFile(p))
          e.add(Entry.file(t, m, new FileContent(p, Files.size(p)), l));
      }
    }
    return new PreparedImage(image, FileTree.of(e), fingerprint(image), List.of());
  }
}
